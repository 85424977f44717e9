import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { reviewPlan } from "../review";
import { parsePlan } from "../terraform-plan";
import { planned, policyOf, reviewed } from "./planned";

const reviewOf = (changes: object[], rest: object = {}) => reviewed(changes, rest).text;

describe("reviewPlan, of a plan by Terraform 1.11", () => {
  // Made with Terraform 1.11.4 and shortened: renames the table, adds memory and an action, removes the dashboard.
  const file = join(__dirname, "changed-pipeline.plan.json");
  const review = reviewPlan(parsePlan(readFileSync(file, "utf8"), file)).text;

  it("starts with the counts and the data that is lost", () => {
    expect(review.split("\n").slice(0, 5)).toEqual([
      "### Plan: 0 to create, 2 to change, 1 to replace, 1 to destroy",
      "",
      "> [!CAUTION]",
      "> **This plan loses data.**",
      "> - `aws_dynamodb_table.media_jobs` is replaced, with every row in it",
    ]);
  });

  it("lists the attributes that change, their values, and those that force replacement", () => {
    expect(review).toContain('`name` `"media-jobs-dev"` → `"media-jobs-renamed"` (forces replacement)');
    expect(review).toContain("`memory_size` `1024` → `2048`");
    expect(review).toContain("- `aws_cloudwatch_dashboard.monitoring_dashboard_dashboard`");
  });

  it("lists the changed statements of a policy that Terraform knows only after apply", () => {
    const rows = "WriteJobRows: Allow dynamodb:GetItem, dynamodb:PutItem, dynamodb:UpdateItem on";
    const videos = "on arn:aws:s3:::raw-videos-dev-123456789012/*";
    expect(/```diff\n(.*)\n```/s.exec(review)?.[1]?.split("\n")).toEqual([
      `- ReadUploadedVideos: Allow s3:GetObject ${videos}`,
      `+ ReadUploadedVideos: Allow s3:GetObject, s3:GetObjectVersion ${videos}`,
      `- ${rows} arn:aws:dynamodb:eu-south-2:123456789012:table/media-jobs-dev`,
      `! ${rows} (known after apply)`,
    ]);
  });
});

describe("reviewPlan warns of data loss", () => {
  it.each([
    "aws_s3_bucket.terraform_state",
    "aws_dynamodb_table.media_jobs",
    "aws_kms_key.encryption_key",
    "aws_sqs_queue.media_processing_queue",
    "aws_sns_topic.job_failure",
    "aws_media_convert_queue.transcoding",
    "aws_cloudwatch_log_group.processor_lambda_logs",
  ])("when it destroys or replaces %s", (address) => {
    for (const actions of [["delete"], ["delete", "create"], ["create", "delete"]]) {
      expect(reviewOf([planned(address, actions)])).toMatch(
        new RegExp(`loses data\\.\\*\\*\n> - \`${address}\` is (destroyed|replaced), with `),
      );
    }
  });

  it("but not when it creates, changes or forgets a bucket, or destroys a role", () => {
    const review = reviewOf([
      planned("aws_s3_bucket.new", ["create"]),
      planned("aws_s3_bucket.old", ["update"]),
      planned("aws_s3_bucket.forgotten", ["forget"]),
      planned("aws_iam_role.role", ["delete"]),
    ]);
    expect(review).toMatch(/^### Plan: 1 to create, 1 to change, 0 to replace, 1 to destroy, 1 to forget\n/);
    expect(review).not.toContain("loses data");
  });
});

describe("reviewPlan, of a policy", () => {
  const read = { Sid: "Read", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::a/*" };
  const write = { Sid: "Write", Effect: "Allow", Action: ["s3:PutObject"], Resource: ["arn:aws:s3:::a/*"] };
  const changed = (before: string | null, after: string | null) =>
    reviewOf([
      planned("aws_iam_role_policy.role", ["update"], {
        before: { policy: before },
        after: { policy: after },
      }),
    ]);

  it("lists the statements that are added or removed, and no others", () => {
    const review = changed(policyOf(read), policyOf(read, write));
    expect(review).toContain("```diff\n+ Write: Allow s3:PutObject on arn:aws:s3:::a/*\n```");
  });

  it("lists nothing when only order or notation differs", () => {
    const listed = { ...read, Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::a/*"] };
    expect(changed(policyOf(read, write), policyOf(write, listed))).not.toContain("IAM statements");
  });

  it("includes principals, exceptions and conditions", () => {
    const deny = {
      Sid: "Deny",
      Effect: "Deny",
      Principal: { AWS: "*" },
      NotAction: "s3:Get*",
      NotResource: "arn:aws:s3:::b",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    };
    expect(changed(null, policyOf(deny))).toContain(
      "+ Deny: Deny AWS *: not s3:Get* on not arn:aws:s3:::b if Bool aws:SecureTransport false",
    );
  });

  it("says when it can't read the statements", () => {
    expect(changed(policyOf(read), "no JSON")).toContain("! (the statements can't be read from the plan)");
  });
});

describe("reviewPlan never prints a value that Terraform marks as sensitive", () => {
  const secret = fc.stringMatching(/^[a-z]{12}$/).map((text) => `secret-${text}`);

  it("anywhere in a resource", () => {
    fc.assert(
      fc.property(secret, secret, fc.constantFrom("before", "after", "both"), (old, fresh, marked) => {
        const marks = (side: string, mark: unknown) => (marked === side || marked === "both" ? mark : {});
        const nested = { password: true, list: [{ key: true }], policy: true, whole: true };
        const values = (text: string) => ({
          password: text,
          list: [{ key: text, name: "shown" }],
          policy: policyOf({ Sid: text, Effect: "Allow", Action: "s3:*", Resource: text }),
          whole: { inner: text },
        });
        const change = (actions: string[]) =>
          planned(`aws_thing.${actions.join("_")}`, actions, {
            before: actions[0] === "create" ? null : values(old),
            after: actions[0] === "delete" ? null : values(fresh),
            after_unknown: {},
            before_sensitive: marks("before", nested),
            after_sensitive: marks("after", nested),
            replace_paths: [["password"], ["list", 0, "key"]],
          });
        const review = reviewOf([change(["update"]), change(["delete", "create"])]);
        expect(review).not.toContain("secret-");
        expect(review).toContain("`password` (sensitive)");
      }),
    );
  });

  it("if the whole resource or the policy's document is marked", () => {
    const statement = [{ sid: "S", actions: ["s3:GetObject"], resources: ["secret-arn"] }];
    const resource = {
      address: "aws_iam_role_policy.role",
      expressions: { policy: { references: ["data.aws_iam_policy_document.it"] } },
    };
    const review = reviewOf(
      [
        planned("aws_thing.all", ["update"], {
          before: { a: "secret-1" },
          after: { a: "secret-2" },
          after_sensitive: true,
        }),
        planned("aws_iam_role_policy.role", ["create"], { after: {}, after_unknown: { policy: true } }),
        planned("data.aws_iam_policy_document.it", ["read"], {
          after: { statement },
          after_sensitive: { statement: [{ resources: [true] }] },
        }),
      ],
      { configuration: { root_module: { resources: [resource] } } },
    );
    expect(review).not.toContain("secret-");
    expect(review).toContain("can't be read");
  });
});

describe("reviewPlan", () => {
  it("says that nothing changes", () => {
    expect(reviewOf([planned("aws_iam_role.role", ["no-op"])])).toBe("### No changes\n");
  });

  it("says that a plan is incomplete", () => {
    expect(reviewOf([], { errored: true })).toContain("incomplete");
  });

  it("prints values as code that mentions no user and doesn't end early", () => {
    const change = { before: { text: "a" }, after: { text: "`@team` </details>\n# Title" } };
    expect(reviewOf([planned("aws_thing.one", ["update"], change)])).toContain(
      '→ `` "`@team` </details>\\n# Title" ``',
    );
  });

  it("fits a huge plan into a comment and closes every code block", () => {
    const statements = Array.from({ length: 900 }, (_, index) => ({
      Sid: `S${index}`,
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${"b".repeat(60)}/*`,
    }));
    const change = { after: { policy: policyOf(...statements) } };
    const review = reviewOf([planned("aws_iam_policy.huge", ["create"], change)]);
    expect(review.length).toBeLessThanOrEqual(60_000);
    expect((review.match(/^```/gm) ?? []).length % 2).toBe(0);
    expect(review).toMatch(/<\/details>\n\n\*\*Too long for a comment/);
  });
});
