import { AsyncLocalStorage } from "node:async_hooks";

/** The invocation has no time left for this work; the rest is for recording that. */
export class DeadlineExceeded extends Error {
  constructor() {
    super("The invocation's time is up.");
  }
}

/** What the SDK's clients have in common, as far as it is used here. */
interface Client {
  readonly middlewareStack: {
    add<Given, Answer>(middleware: Middleware<Given, Answer>, options: { step: "initialize" }): void;
    add<Given, Answer>(
      middleware: Middleware<Given, Answer>,
      options: { step: "finalizeRequest"; priority: "low" },
    ): void;
  };
}
type Step<Given, Answer> = (given: Given) => Promise<Answer>;
type Middleware<Given, Answer> = (next: Step<Given, Answer>) => Step<Given, Answer>;

interface CallLimits {
  readonly maxAttempts: number;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: true;
  };
}

/**
 * In milliseconds. Two tries of a call take less than five seconds, so that the reserve of an invocation is
 * enough to record a failure. Without `throwOnRequestTimeout`, the SDK only logs a slow request.
 */
const CALL_LIMITS: CallLimits = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
};

/**
 * Probe reads the source and CreateJob checks it, so they take longer. One try: the retry lane is the retry,
 * it spares the quota, and the answer to the only try says whether MediaConvert has the job.
 */
export const MEDIACONVERT_LIMITS: CallLimits = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 15_000, throwOnRequestTimeout: true },
};

const deadline = new AsyncLocalStorage<AbortSignal>();

/** Makes an SDK client whose calls end within their time-outs and the deadline of {@link withDeadline}. */
export function createClient<Config, Made extends Client>(
  Service: new (config: Config & CallLimits) => Made,
  config: Config & Partial<CallLimits>,
): Made {
  const client = new Service({ ...CALL_LIMITS, ...config });
  client.middlewareStack.add((next) => (given) => inTime(next(given)), { step: "initialize" });
  // Within the SDK's retries: an abandoned call makes no further request when Lambda thaws the function.
  client.middlewareStack.add(
    (next) => async (given) => {
      if (deadline.getStore()?.aborted) throw new DeadlineExceeded();
      return next(given);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  return client;
}

/**
 * Runs work whose SDK calls throw DeadlineExceeded once the time is up.
 *
 * @param milliseconds until then; nothing is called if there are none
 */
export function withDeadline<Result>(milliseconds: number, work: () => Promise<Result>): Promise<Result> {
  return deadline.run(AbortSignal.timeout(Math.max(0, Math.floor(milliseconds))), work);
}

async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  const signal = deadline.getStore();
  if (signal === undefined) return answer;
  let expire = () => {};
  const expiry = new Promise<never>((_, reject) => {
    expire = () => reject(new DeadlineExceeded());
    if (signal.aborted) expire();
    else signal.addEventListener("abort", expire, { once: true });
  });
  try {
    return await Promise.race([answer, expiry]);
  } finally {
    signal.removeEventListener("abort", expire);
  }
}
