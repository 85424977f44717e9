declare module "dynalite" {
  import type { Server } from "node:http";
  import type { DynaliteOptions } from "dynalite/db";

  /** DynamoDB's API, for tests; it throws where nobody catches. */
  export default function dynalite(options?: DynaliteOptions): Server;
}

declare module "dynalite/db" {
  export interface DynaliteOptions {
    /** Folder of the LevelDB store. @default in memory */
    path?: string | undefined;
    /** Milliseconds for which a new table is CREATING. @default 500 */
    createTableMs?: number;
  }

  /** Tables over LevelDB. */
  export interface Store {
    readonly db: { open(): Promise<void>; close(): Promise<void> };
  }

  /** Opens the store in the background; `db.open()` waits for that. */
  export function create(options: DynaliteOptions): Store;
}

declare module "dynalite/validations" {
  import type { Store } from "dynalite/db";

  /** The module `dynalite/validations/<operation>`. */
  export interface Validation {
    readonly types: object;
    readonly custom: unknown;
  }

  /** The members that the operation has, each of its type. @throws a refusal: `statusCode` and `body` */
  export function checkTypes(input: object, types: object): object;

  /** @throws a refusal */
  export function checkValidations(input: object, types: object, custom: unknown, store: Store): void;
}
