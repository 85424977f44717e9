import * as z from "zod";
import { readArchitecture } from "../../architecture";
import { DeadLetters } from "../../dead-letters";
import type { Deployment } from "../../deployment";
import type { Feed } from "../feed";
import type { DeadLetterList, PipelineState } from "../protocol";
import { Refusal } from "../refusal";
import { readJson, sendJson } from "../wire";
import type { Route } from "./route";

const SHOWN_LETTERS = 100;
const faultList = z.object({ list: z.string() });
const discarded = z.object({ messageIds: z.array(z.string()).min(1) });

/** The architecture, its state, and what died in it. */
export function pipelineRoutes(deployment: Deployment, state: Feed<PipelineState>): Route[] {
  const letters = new DeadLetters(deployment);
  const inTurn = oneAfterTheOther();
  return [
    {
      method: "GET",
      path: /^architecture$/,
      answer: async ({ response }) => sendJson(response, readArchitecture(deployment.stackDirectory ?? "")),
    },
    { method: "GET", path: /^pipeline$/, answer: async ({ response }) => state.subscribe(response) },
    {
      method: "POST",
      path: /^faults$/,
      answer: async ({ request, response }) => {
        const { list } = await readJson(request, faultList);
        if (deployment.run === undefined) throw new Refusal(404, "Nothing injects faults on AWS.");
        await deployment.run.switchFaults(list);
        sendJson(response, {});
      },
    },
    {
      method: "GET",
      path: /^dead-letters$/,
      answer: async ({ response }) => {
        const list: DeadLetterList = { letters: await inTurn(() => letters.listAll(SHOWN_LETTERS)) };
        sendJson(response, list);
      },
    },
    {
      method: "POST",
      path: /^dead-letters\/redrive$/,
      answer: async ({ response }) => {
        await inTurn(() => letters.redrive());
        sendJson(response, {});
      },
    },
    {
      method: "POST",
      path: /^dead-letters\/discard$/,
      answer: async ({ request, response }) => {
        const { messageIds } = await readJson(request, discarded);
        await inTurn(() => letters.discardAny(messageIds));
        sendJson(response, {});
      },
    },
  ];
}

/** Looking at dead letters hides them, and SQS moves only what it sees. */
function oneAfterTheOther(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
