declare module "dynalite" {
  import type { Server } from "node:http";

  export interface DynaliteOptions {
    /** Folder of the LevelDB store. @default in memory */
    path?: string;
    /** Milliseconds for which a new table is CREATING. @default 500 */
    createTableMs?: number;
  }

  /** DynamoDB's API over LevelDB; `server.emit("request", …)` serves a request without a port of its own. */
  export default function dynalite(options?: DynaliteOptions): Server;
}
