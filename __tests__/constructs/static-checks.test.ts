import { CHECKS } from "./checks/injected-faults";
import { WITHOUT_KEY } from "./checks/protection";
import { Synthesized, synthesize } from "./synthesized";

const STACKS = {
  "default settings": synthesize(),
  "MediaConvert in the home region": synthesize({ AWS_REGION: "ap-northeast-1" }),
  "production settings, alerts and no reserved concurrency": synthesize({
    ENVIRONMENT_SUFFIX: "prod",
    RESERVED_CONCURRENCY: "-1",
    ALERT_EMAILS: "operator@example.com",
  }),
};

describe.each(Object.entries(STACKS))("the stack with %s has", (_name, stack) => {
  it.each(CHECKS.map(([check]) => ({ fault: check.name, check })))("no $fault", ({ check }) => {
    expect(check(stack)).toEqual([]);
  });
});

describe("the checks", () => {
  const faults = CHECKS.flatMap(([check, injections]) =>
    Object.entries(injections).map(([finding, inject]) => ({ check, finding, inject })),
  );

  it.each(faults)("report $finding", ({ check, finding, inject }) => {
    const broken = new Synthesized(STACKS["default settings"].text);
    inject(broken.json);
    expect(check(broken)).toContain(finding);
  });

  it("exempt only existing resources from encryption with the key", () => {
    for (const address of Object.keys(WITHOUT_KEY))
      expect(STACKS["default settings"].addresses).toContain(address);
  });
});
