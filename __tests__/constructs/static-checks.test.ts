import { CHECKS } from "./checks/injected-faults";
import { WITHOUT_KEY } from "./checks/protection";
import { Synthesized, synthesize } from "./synthesized";

const STACKS = {
  "the defaults": synthesize(),
  "MediaConvert at home": synthesize({ AWS_REGION: "ap-northeast-1" }),
  "production, unreserved, with alerts": synthesize({
    ENVIRONMENT_SUFFIX: "prod",
    RESERVED_CONCURRENCY: "-1",
    ALERT_EMAILS: "operator@example.com",
  }),
};

describe.each(Object.entries(STACKS))("with %s, the stack has", (_name, stack) => {
  it.each(CHECKS.map(([check]) => ({ fault: check.name, check })))("no $fault", ({ check }) => {
    expect(check(stack)).toEqual([]);
  });
});

describe("the checks", () => {
  const faults = CHECKS.flatMap(([check, ...found]) =>
    found.map(([finding, inject]) => ({ check, finding, inject })),
  );

  it.each(faults)("find that $finding", ({ check, finding, inject }) => {
    const broken = new Synthesized(structuredClone(STACKS["the defaults"].json));
    inject(broken.json);
    expect(check(broken)).toContain(finding);
  });

  it("except from encryption only stores that are there", () => {
    for (const address of Object.keys(WITHOUT_KEY))
      expect(STACKS["the defaults"].addresses).toContain(address);
  });
});
