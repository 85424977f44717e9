import type { Scheduler } from "fast-check";

export class Crash extends Error {}

/**
 * One run of a function. The scheduler decides when each call of a collaborator is made, so that concurrent
 * runs interleave, and the function can crash just before or just after any call. It then makes no more.
 */
export class Invocation {
  private steps = 0;
  private crashed = false;

  /** @param crashAt the step to crash at: even before a call, odd after it */
  constructor(
    private readonly scheduler: Scheduler,
    private readonly crashAt: number | undefined,
  ) {}

  /** The collaborator as this run calls it. Its methods return promises or lists of ids. */
  seeing<Collaborator extends object>(collaborator: Collaborator): Collaborator {
    return new Proxy(collaborator, {
      get: (target, name) => {
        const member = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (...given: unknown[]) => {
          if (name === "unchecked") {
            return this.each(() => Reflect.apply(member, target, given));
          }
          return this.call(() => Reflect.apply(member, target, given));
        };
      },
    });
  }

  private async call<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    this.mayCrash();
    const answer = await this.scheduler.scheduleFunction(work)();
    this.mayCrash();
    return answer;
  }

  private async *each(list: () => AsyncIterable<string>): AsyncGenerator<string> {
    yield* await this.call(async () => {
      const ids: string[] = [];
      for await (const id of list()) ids.push(id);
      return ids;
    });
  }

  private mayCrash(): void {
    this.crashed ||= this.steps === this.crashAt;
    this.steps += 1;
    if (this.crashed) throw new Crash();
  }
}
