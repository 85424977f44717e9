import { SynthesizedStack } from "../../local/terraform/synthesized-stack";

export const HOME_REGION = "eu-south-2";
export const OTHER_REGION = "eu-west-1";

type Section = Record<string, Record<string, object>>;

/** A stack of the given resources by type and name, with a provider `aws` and a provider `aws.other`. */
export function stackOf(
  resource: Section,
  data: Section = {},
  output: Record<string, object> = {},
): SynthesizedStack {
  const provider = { aws: [{ region: HOME_REGION }, { alias: "other", region: OTHER_REGION }] };
  return new SynthesizedStack(__dirname, { provider, resource, data, output }, "http://127.0.0.1:4566");
}
