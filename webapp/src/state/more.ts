// The API of what comes with the rest of the views.
import { moreApi } from "../api/more.ts";
import { tools } from "./tools.ts";

export const more = (): ReturnType<typeof moreApi> => moreApi(tools().api);
