import type { Scheduler } from "fast-check";

export class Crash extends Error {}

/**
 * One run of a function, whose calls of its collaborators are steps: the scheduler decides when each is
 * made, so that invocations at the same time interleave, and the function can crash just before or just
 * after any of them. A function that has crashed makes no more calls.
 */
export class Invocation {
  private steps = 0;
  private crashed = false;

  /** @param crashAt the step at which it ends: even ones are before a call, odd ones after it */
  constructor(
    private readonly scheduler: Scheduler,
    private readonly crashAt: number | undefined,
  ) {}

  /** The collaborator, as this invocation sees it. Its methods give promises or lists of ids. */
  seeing<Collaborator extends object>(collaborator: Collaborator): Collaborator {
    return new Proxy(collaborator, {
      get: (target, name) => {
        const member = Reflect.get(target, name);
        if (typeof member !== "function") return member;
        return (...given: unknown[]) => {
          if (name === "idleIds" || name === "unannouncedIds") {
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
