// The endpoints of receipts: what was sent to providers.
import type { Api } from "./index.ts";
import type { Receipts } from "./types.ts";

const BODY_TIMEOUT = 60_000;

export const receiptsApi = ({ json, stream }: Pick<Api, "json" | "stream">) => ({
  receipts: (messageId: string) => json<Receipts>(`/api/messages/${messageId}/receipts`),
  /** The exact bytes that were sent, made again. */
  body: async (receiptId: string): Promise<Uint8Array<ArrayBuffer>> => {
    const path = `/api/receipts/${receiptId}/body`;
    const response = await stream(path, { timeout: BODY_TIMEOUT });
    return new Uint8Array(await response.arrayBuffer());
  },
});
