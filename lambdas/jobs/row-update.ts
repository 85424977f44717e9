import { ENTERED_FROM, isTerminal, type JobChange } from "./job-state";

/** DynamoDB's words for a guarded update of one row. */
export interface RowUpdate {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, unknown>;
}

/** @param updatedAt epoch seconds */
export function updateOf(change: JobChange, updatedAt: number): RowUpdate {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const name = (attribute: string) => {
    names[`#${attribute}`] = attribute;
    return `#${attribute}`;
  };
  const value = (placeholder: string, content: unknown) => {
    values[`:${placeholder}`] = content;
    return `:${placeholder}`;
  };

  const ends = change.status !== undefined && isTerminal(change.status);
  const announcement = ends ? "PENDING" : undefined;
  const assignments = Object.entries({ ...change.set, status: change.status, announcement, updatedAt })
    .filter(([, content]) => content !== undefined)
    .map(([attribute, content]) => `${name(attribute)} = ${value(attribute, content)}`);
  if (change.mediaConvertJobId !== undefined) {
    const attribute = name("mediaConvertJobId");
    const content = value("mediaConvertJobId", change.mediaConvertJobId);
    assignments.push(`${attribute} = if_not_exists(${attribute}, ${content})`);
  }
  const removal = change.clear?.length ? ` REMOVE ${change.clear.map(name).join(", ")}` : "";

  const guards = [`attribute_exists(${name("jobId")})`];
  if (change.status !== undefined) {
    const allowed = change.onlyFrom ? [change.onlyFrom] : ENTERED_FROM[change.status];
    const list = allowed.map((status) => value(`from${status}`, status));
    guards.push(`${name("status")} IN (${list.join(", ")})`);
  }
  if (change.newerThanLastEvent !== undefined) {
    const last = name("lastEventAt");
    const newer = `${last} < ${value("newerThanLastEvent", change.newerThanLastEvent)}`;
    guards.push(`(attribute_not_exists(${last}) OR ${newer})`);
  }

  const update = {
    UpdateExpression: `SET ${assignments.join(", ")}${removal}`,
    ConditionExpression: guards.join(" AND "),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
  return change.onlyIfItsJob && change.mediaConvertJobId !== undefined
    ? ofSameMediaConvertJob(update, change.mediaConvertJobId)
    : update;
}

/** Adds the entries that the row's map doesn't have yet; there must be a map. */
export function additionTo(map: string, entries: object): RowUpdate {
  const known = Object.entries(entries).filter(([, content]) => content !== undefined);
  const assignments = known.map((_, index) => `#map.#k${index} = if_not_exists(#map.#k${index}, :v${index})`);
  return {
    UpdateExpression: `SET ${assignments.join(", ")}`,
    ConditionExpression: "attribute_exists(#map)",
    ExpressionAttributeNames: {
      "#map": map,
      ...Object.fromEntries(known.map(([key], index) => [`#k${index}`, key])),
    },
    ExpressionAttributeValues: Object.fromEntries(known.map(([, content], index) => [`:v${index}`, content])),
  };
}

/** Gives the row the map, which must not be there. */
export function creationOf(map: string, entries: object): RowUpdate {
  return {
    UpdateExpression: "SET #map = :entries",
    ConditionExpression: "attribute_exists(jobId) AND attribute_not_exists(#map)",
    ExpressionAttributeNames: { "#map": map },
    ExpressionAttributeValues: { ":entries": entries },
  };
}

/** The update, for rows that name this MediaConvert job or none. */
export function ofSameMediaConvertJob(update: RowUpdate, mediaConvertJobId: string): RowUpdate {
  const sameOrNone = "attribute_not_exists(mediaConvertJobId) OR mediaConvertJobId = :itsJob";
  return {
    ...update,
    ConditionExpression: `${update.ConditionExpression} AND (${sameOrNone})`,
    ExpressionAttributeValues: { ...update.ExpressionAttributeValues, ":itsJob": mediaConvertJobId },
  };
}
