// The toast at the bottom of the phone, or of the drawer over it.
import { toast } from "../toast.ts";

export function ToastView() {
  return (
    <div class="toast-place" role="status">
      {toast.value !== null && (
        <p class="toast" dir="auto">
          {toast.value}
        </p>
      )}
    </div>
  );
}
