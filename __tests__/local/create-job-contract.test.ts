import { createJobRequest } from "aws-stand-ins/mediaconvert/create-job/request";
import { z } from "zod";
import { shapeNamed } from "../fixtures/service-model";

const memberName = (wireName: string) => wireName.charAt(0).toUpperCase() + wireName.slice(1);

/** Where a contract says something else than the model, one sentence each. */
function* differences(
  contract: z.core.JSONSchema._JSONSchema,
  shapeName: string,
  path = "",
): Generator<string> {
  const shape = shapeNamed(shapeName);
  if (typeof contract === "boolean" || !shape) return yield `${path}: no shape ${shapeName}`;
  for (const variant of contract.anyOf ?? []) yield* differences(variant, shapeName, path);
  if (contract.anyOf) return;
  if (shape.type === "structure") {
    for (const [name, member] of Object.entries(contract.properties ?? {}))
      yield* differences(member, shape.members?.[memberName(name)] ?? "", `${path}/${name}`);
    const required = (contract.required ?? []).map(memberName);
    for (const name of shape.required ?? []) if (!required.includes(name)) yield `${path}: requires ${name}`;
  } else if (shape.type === "list") {
    yield* differences(contract.items as z.core.JSONSchema._JSONSchema, shape.member ?? "", `${path}/0`);
  } else if (shape.type === "map") {
    const values = contract.additionalProperties;
    if (values !== undefined) yield* differences(values, shape.value ?? "", `${path}/*`);
  } else if (shape.enum) {
    const values = contract.enum ?? [contract.const];
    for (const value of values)
      if (!shape.enum.some((known) => known === value)) yield `${path}: ${value} is not in the model`;
  } else {
    const model = [shape.min, shape.max];
    const ours = [contract.minimum ?? contract.minLength, contract.maximum ?? contract.maxLength];
    if (String(ours) !== String(model)) yield `${path}: ${ours.join("–")} instead of ${model.join("–")}`;
  }
}

it("gives CreateJob's members the values and ranges of the service's model", () => {
  const contract = z.toJSONSchema(createJobRequest, { io: "input" });
  expect([...differences(contract, "CreateJobRequest")]).toEqual([
    // The API reference limits the token, the model doesn't.
    "/clientRequestToken: –64 instead of –",
  ]);
});
