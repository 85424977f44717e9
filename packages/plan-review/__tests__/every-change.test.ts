import { created, planned, policyOf, reviewed, updated } from "./planned";

describe("a review shows", () => {
  it("a change of outputs alone", () => {
    const { text, needsApproval } = reviewed([], {
      output_changes: {
        Url: {
          actions: ["update"],
          before: "a",
          after: "b",
          before_sensitive: false,
          after_sensitive: false,
        },
        Later: { actions: ["create"], before: null, after_unknown: true },
        Password: { actions: ["update"], before: "hunter1", after: "hunter2", after_sensitive: true },
        Same: { actions: ["no-op"], before: 1, after: 1 },
      },
    });
    expect(text).toContain(
      "### Plan: 0 to create, 0 to change, 0 to replace, 0 to destroy, 3 outputs to change",
    );
    expect(text).toContain(
      ['- `Url` `"a"` → `"b"`', "- `Later` `null` → (known after apply)", "- `Password` (sensitive)"].join(
        "\n",
      ),
    );
    expect(text).not.toContain("hunter");
    expect(needsApproval).toBe(false);
  });

  it("what changed outside Terraform, even if the plan changes nothing", () => {
    const { text } = reviewed([planned("aws_sqs_queue.q", ["no-op"])], {
      resource_drift: [
        updated("aws_sqs_queue.q", { delay_seconds: 0 }, { delay_seconds: 9 }),
        planned("aws_sns_topic.t", ["delete"], { before: {} }),
      ],
    });
    expect(text).toContain("### No changes");
    expect(text).toContain("Changed outside Terraform since the last apply (2)");
    expect(text).toContain("- `aws_sqs_queue.q`: `delay_seconds` `0` → `9`\n- `aws_sns_topic.t`: deleted");
  });

  it("the statements of a policy that changed outside Terraform", () => {
    const before = { policy: policyOf() };
    const after = { policy: policyOf({ Sid: "Added", Effect: "Allow", Action: "s3:*", Resource: "a" }) };
    const { text } = reviewed([], { resource_drift: [updated("aws_iam_policy.p", before, after)] });
    expect(text).toContain("IAM statements that changed outside Terraform (1)");
    expect(text).toContain("+ Added: Allow s3:* on a");
  });

  it("nothing outside Terraform where only the notation of nothing differs", () => {
    const before = { ok_actions: null, tags: {}, rule: [{ prefix: "" }] };
    const after = { ok_actions: [], tags: null, rule: [{ prefix: null }] };
    const { text } = reviewed([], { resource_drift: [updated("aws_thing.t", before, after)] });
    expect(text).toBe("### No changes\n");
  });

  it("a resource that moves, and nothing else", () => {
    const moved = planned("aws_sqs_queue.new", ["no-op"], {}, { previous_address: "aws_sqs_queue.old" });
    const { text, needsApproval } = reviewed([moved]);
    expect(text).toMatch(/^### Plan: 0 to create, .*, 1 to move\n/);
    expect(text).toContain("- `aws_sqs_queue.old` → `aws_sqs_queue.new`");
    expect(needsApproval).toBe(false);
  });

  it("a resource that is imported, with its id", () => {
    const { text } = reviewed([
      planned("aws_s3_bucket.b", ["no-op"], { importing: { id: "videos" } }),
      planned("aws_kms_key.k", ["update"], { importing: {}, before: { a: 1 }, after: { a: 2 } }),
    ]);
    expect(text).toMatch(/^### Plan: 0 to create, 1 to change, .*, 2 to import\n/);
    expect(text).toContain("- `aws_s3_bucket.b` from `videos`\n- `aws_kms_key.k`\n");
    expect(text).toContain("- `aws_kms_key.k`: `a` `1` → `2`");
  });

  it("a resource that Terraform forgets", () => {
    const { text } = reviewed([planned("aws_kms_key.k", ["forget"], { before: {} })]);
    expect(text).toMatch(/^### Plan: .*, 1 to forget\n/);
    expect(text).toContain("no longer managed (1)</summary>\n\n- `aws_kms_key.k`");
  });

  it("each member of a block or map that changes", () => {
    const at = (memory: number, level: string) => ({ config: [{ memory, logs: { level }, same: 1 }] });
    const { text } = reviewed([updated("aws_thing.t", at(1, "INFO"), at(2, "WARN"))]);
    expect(text).toContain(
      '- `aws_thing.t`: `config.logs.level` `"INFO"` → `"WARN"`, `config.memory` `1` → `2`\n',
    );
  });
});

describe("a policy that is known after apply is read in a module", () => {
  const statement = [{ sid: "Read", actions: ["s3:GetObject"], resources: ["arn:aws:s3:::videos/*"] }];
  const document = (address: string, sid = "Read") =>
    planned(address, ["read"], { after: { statement: [{ ...statement[0], sid }] } });
  const policy = (address: string) => created(address, { name: "p" }, { after_unknown: { policy: true } });
  const referring = (...references: string[]) => ({
    address: "aws_iam_role_policy.p",
    expressions: { policy: { references } },
  });
  const inRoot = (module: object, expressions: object = {}) => ({
    configuration: { root_module: { module_calls: { video: { expressions, module } } } },
  });

  it("by a reference inside it, whatever its indexes", () => {
    const { text, needsApproval } = reviewed(
      [
        policy('module.video["a"].aws_iam_role_policy.p[1]'),
        document('module.video["a"].data.aws_iam_policy_document.d[0]', "First"),
        document('module.video["a"].data.aws_iam_policy_document.d[1]', "Second"),
        document('module.video["b"].data.aws_iam_policy_document.d[1]', "Other"),
      ],
      inRoot({
        resources: [referring("data.aws_iam_policy_document.d", "count.index")],
      }),
    );
    expect(text).toContain("```diff\n+ Second: Allow s3:GetObject on arn:aws:s3:::videos/*\n```");
    expect(needsApproval).toBe(false);
  });

  it("by an input and the output of another module", () => {
    const { text } = reviewed(
      [policy("module.video.aws_iam_role_policy.p"), document("module.rules.data.aws_iam_policy_document.d")],
      {
        configuration: {
          root_module: {
            module_calls: {
              video: {
                expressions: { policy: { references: ["module.rules.json", "module.rules"] } },
                module: { resources: [referring("var.policy")] },
              },
              rules: {
                module: {
                  outputs: {
                    json: {
                      expression: {
                        references: ["data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d"],
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    );
    expect(text).toContain("+ Read: Allow s3:GetObject");
  });

  it.each([
    ["a local value", ["local.policy"]],
    ["another resource", ["data.aws_iam_policy_document.d", "aws_sqs_queue.q.arn"]],
    ["a document that isn't in the plan", ["data.aws_iam_policy_document.e"]],
  ])("and can't be judged if it comes from %s", (_what, references) => {
    const { text, needsApproval } = reviewed(
      [policy("module.video.aws_iam_role_policy.p"), document("module.video.data.aws_iam_policy_document.d")],
      inRoot({ resources: [referring(...references)] }),
    );
    expect(text).toContain("can't be judged");
    expect(needsApproval).toBe(true);
  });

  it("with the documents that its document includes", () => {
    const source = policyOf({ Sid: "Included", Effect: "Allow", Action: "s3:PutObject", Resource: "a" });
    const including = (after: object, unknown: object = {}) =>
      reviewed(
        [
          policy("module.video.aws_iam_role_policy.p"),
          planned("module.video.data.aws_iam_policy_document.d", ["read"], {
            after: { statement, ...after },
            after_unknown: unknown,
          }),
        ],
        inRoot({ resources: [referring("data.aws_iam_policy_document.d")] }),
      ).text;
    expect(including({ source_policy_documents: [source] })).toContain("+ Included: Allow s3:PutObject on a");
    expect(including({}, { source_policy_documents: true })).toContain("can't be judged");
  });
});

describe("a secret that nobody marked as sensitive is masked", () => {
  const variables = (values: object) => ({ environment: [{ variables: values }] });

  it("in environment variables, whose other values stay only if they are harmless", () => {
    const before = {
      DB: "hunter2",
      API_TOKEN: "1234",
      MAX: "720",
      QUEUE: "arn:aws:sqs:eu-west-1:1:a",
      ON: "true",
    };
    const after = {
      DB: "hunter3",
      API_TOKEN: "5678",
      MAX: "1080",
      QUEUE: "arn:aws:sqs:eu-west-1:1:b",
      NEW: "pw",
    };
    const { text } = reviewed([updated("aws_lambda_function.f", variables(before), variables(after))]);
    expect(text).toContain(
      [
        "- `aws_lambda_function.f`: `environment.variables.API_TOKEN` (masked) → (masked)",
        "`environment.variables.DB` (masked) → (masked)",
        '`environment.variables.MAX` `"720"` → `"1080"`',
        "`environment.variables.NEW` `null` → (masked)",
        '`environment.variables.ON` `"true"` → `null`',
        '`environment.variables.QUEUE` `"arn:aws:sqs:eu-west-1:1:a"` → `"arn:aws:sqs:eu-west-1:1:b"`',
      ].join(", "),
    );
    expect(text).not.toMatch(/hunter|1234|5678|pw/);
  });

  it.each([
    ["an environment that is added", { environment: [] }, variables({ DB: "hunter2" })],
    ["a container's variables", {}, { container_definitions: '[{"name":"DB","value":"hunter2"}]' }],
    ["an attribute by its name", {}, { master_password: "hunter2" }],
    ["a member of a map by its name", { tags: { ApiKey: "a" } }, { tags: { ApiKey: "hunter2" } }],
    ["a URL with a password", {}, { endpoint: "https://me:hunter2@example.com/" }],
    ["an access key's id", {}, { user_data: "AKIAIOSFODNN7HUNTER2" }],
    ["a secret access key", {}, { text: "wJalrXUtnFEMIhunter2/MDENG/bPxRfiCYEXAMPLEKEY" }],
    ["a token", {}, { header: "Bearer eyJhunter2.x.y" }],
  ])("in %s", (_what, before, after) => {
    const { text } = reviewed([updated("aws_thing.t", before, after)], {
      resource_drift: [updated("aws_thing.t", before, after)],
      output_changes: { Text: { actions: ["update"], before, after } },
    });
    expect(text).toContain("(masked)");
    expect(text).not.toMatch(/hunter2/i);
  });

  it("but not a digest", () => {
    const digest = (last: string) => ({
      source_code_hash: `d0ByZtJ0wW4DCqn2vkDFSyJ7LCbjWTnZ4vRwvHAFt2${last}=`,
    });
    const { text } = reviewed([updated("aws_lambda_function.f", digest("A"), digest("B"))]);
    expect(text).toContain("Ft2A=");
  });

  it("and a value that Terraform marks is masked in warnings too", () => {
    const change = { after_sensitive: { principal: true } };
    const { text } = reviewed([
      created("aws_lambda_permission.p", { principal: "hunter2.amazonaws.com" }, change),
    ]);
    expect(text).toContain("lets `(sensitive)` invoke the function");
    expect(text).not.toContain("hunter2");
  });
});
