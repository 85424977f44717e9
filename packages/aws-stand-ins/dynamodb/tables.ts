import { create, type Store } from "dynalite/db";
import { checkTypes, checkValidations, type Validation } from "dynalite/validations";
import { DamagedFileError, DataError } from "../record-folder";
import { serializationError } from "../request-error";

/** What a caller is told, in DynamoDB's words. */
export interface Refusal {
  readonly statusCode: number;
  readonly body: object;
}

/** The module `dynalite/actions/<operation>`. */
type Action = (store: Store, input: object, done: (error: unknown, output: object) => void) => void;

/** https://www.npmjs.com/package/dynalite#status */
const OPERATIONS = new Set(
  [
    ["BatchGetItem", "BatchWriteItem", "CreateTable", "DeleteItem", "DeleteTable", "DescribeTable"],
    ["DescribeTimeToLive", "GetItem", "ListTables", "ListTagsOfResource", "PutItem", "Query", "Scan"],
    ["TagResource", "UntagResource", "UpdateItem", "UpdateTable"],
  ].flat(),
);

/** dynalite's tables, without its server, which throws where nobody catches. */
export class Tables {
  private store: Promise<Store> | undefined;
  private last: Store | undefined;

  /** @param directory where the tables are kept @default in memory */
  constructor(private readonly directory?: string) {}

  /** @throws {DamagedFileError} if the files can't be read; {DataError} if the folder can't be written to */
  async open(): Promise<void> {
    try {
      await this.opened();
    } catch (error) {
      const { code, message } = (error as Error).cause as NodeJS.ErrnoException;
      if (code === "LEVEL_CORRUPTION")
        throw new DamagedFileError(
          `${this.directory}`,
          message,
          "Delete the folder to start with empty tables.",
        );
      throw new DataError(
        `${this.directory} can't be opened (${message}). ` +
          "Free some space or make the folder writable; if that isn't it, delete the folder to start with empty tables.",
      );
    }
  }

  has(operation: string): boolean {
    return OPERATIONS.has(operation);
  }

  /** @throws {@link Refusal}, RequestError; any other Error if the store failed, which is then opened again for the next call */
  async call(operation: string, input: object): Promise<object> {
    const store = await this.opened();
    const name = operation.charAt(0).toLowerCase() + operation.slice(1);
    const checked = check(name, input, store);
    const action = require(`dynalite/actions/${name}`) as Action;
    try {
      return await contained(store, (guardedStore, done) => action(guardedStore, checked, done));
    } catch (error) {
      // After a write that failed, LevelDB would append to half a record. An action that threw has left its locks.
      if (!isRefusal(error)) this.store = undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.last?.db.close();
  }

  private opened(): Promise<Store> {
    this.store ??= this.reopen().catch((error) => {
      this.store = undefined;
      throw error;
    });
    return this.store;
  }

  private async reopen(): Promise<Store> {
    await this.close();
    this.last = create({ path: this.directory, createTableMs: 0 });
    await this.last.db.open();
    return this.last;
  }
}

/** @throws {@link Refusal}; RequestError for an input that dynalite fails to read */
function check(name: string, input: object, store: Store): object {
  const { types, custom } = require(`dynalite/validations/${name}`) as Validation;
  try {
    const checked = checkTypes(input, types);
    checkValidations(checked, types, custom, store);
    return checked;
  } catch (error) {
    if (isRefusal(error)) throw error;
    throw serializationError(`The request is malformed: ${(error as Error).message}`);
  }
}

export function isRefusal(error: unknown): error is Refusal {
  return typeof error === "object" && error !== null && "statusCode" in error && "body" in error;
}

/**
 * Runs an action that may throw in one of the store's callbacks. A domain would catch that too, but it hooks into every
 * promise of the process, which costs a third of its time.
 */
function contained(
  store: Store,
  action: (store: Store, done: (error: unknown, output: object) => void) => void,
): Promise<object> {
  return new Promise((resolve, reject) => {
    action(guarded(store, reject), (error, output) => (error ? reject(error) : resolve(output)));
  });
}

/** The target and what its methods return; `fail` is called with what a callback throws. */
function guarded<Target extends object>(target: Target, fail: (error: unknown) => void): Target {
  const guard = (value: unknown) => (isObject(value) ? guarded(value, fail) : value);
  const guardCallback = (value: unknown) => (isFunction(value) ? caught(value, fail) : value);
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key, object);
      if (!isFunction(value)) return guard(value);
      return (...given: unknown[]) => guard(value.apply(object, given.map(guardCallback)));
    },
  });
}

type AnyFunction = (...given: unknown[]) => unknown;
const isFunction = (value: unknown): value is AnyFunction => typeof value === "function";
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const caught =
  (callback: AnyFunction, fail: (error: unknown) => void): AnyFunction =>
  (...given) => {
    try {
      return callback(...given);
    } catch (error) {
      return fail(error);
    }
  };
