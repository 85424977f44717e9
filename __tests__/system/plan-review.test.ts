import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeUnless, lackOf } from "aws-stand-ins/testing/optional-tools";
import { temporaryFolder } from "../temporary-folder";
import { PROJECT } from "./commands";

const reviewOf = (input: string) =>
  spawnSync("npm", ["run", "--silent", "plan:review"], { cwd: PROJECT, input, encoding: "utf8" });

describe("npm run plan:review", () => {
  it("reviews a plan of the pipeline with its price, and ends with status 3 if it loses data", () => {
    const variables = (LADDER_MAX_HEIGHT: string) => ({
      environment: [{ variables: { LADDER_MAX_HEIGHT, MEDIACONVERT_REGION: "us-east-1" } }],
    });
    const change = (type: string, actions: string[], before: object | null, after: object | null) => ({
      address: `${type}.one`,
      mode: "managed",
      type,
      change: { actions, before, after },
    });
    const plan = {
      format_version: "1.2",
      terraform_version: "1.11.4",
      resource_changes: [
        change("aws_lambda_function", ["update"], variables("1080"), variables("2160")),
        change("aws_dynamodb_table", ["delete"], {}, null),
      ],
    };
    const { status, stdout } = reviewOf(JSON.stringify(plan));
    expect(status).toBe(3);
    expect(stdout).toContain("> - `aws_dynamodb_table.one` is destroyed, with every row in it");
    expect(stdout).toContain("| 3840×2160, 30 fps | $0.0600 | $0.1200 (+100%) |");
  });
});

// terraform_data is built into Terraform, so init downloads no provider.
describeUnless(
  lackOf("terraform", ["version"]),
  "npm run plan:review, of a plan by the real Terraform,",
  () => {
    const folder = temporaryFolder();
    const data = (resources: object) => ({ terraform_data: resources });
    const stored = (input: string) => ({ input });

    function terraform(...parameters: string[]): string {
      const { status, stdout, stderr } = spawnSync("terraform", parameters, {
        cwd: folder,
        encoding: "utf8",
      });
      expect({ status, stderr }).toMatchObject({ status: 0 });
      return stdout;
    }

    function configure(configuration: object): void {
      const video = { source: "./video", text: "${terraform_data.changed.output}" };
      writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ module: { video }, ...configuration }));
    }

    function review(): string {
      terraform("plan", "-no-color", "-input=false", "-out=plan");
      const { status, stdout } = reviewOf(terraform("show", "-json", "plan"));
      expect(status).toBe(0);
      return stdout;
    }

    beforeAll(() => {
      mkdirSync(join(folder, "video"));
      const video = {
        variable: { text: {} },
        resource: data({ inside: { count: 2, input: "${var.text}" } }),
      };
      writeFileSync(join(folder, "video/main.tf.json"), JSON.stringify(video));
      configure({
        resource: data({ changed: stored("1"), old: stored("2"), forgotten: stored("3") }),
        output: { url: { value: "a" }, password: { value: "hunter1", sensitive: true } },
      });
      terraform("init", "-no-color", "-input=false");
      terraform("apply", "-no-color", "-input=false", "-auto-approve");
    });

    it("shows what moves, is imported or forgotten, outputs, and resources of modules", () => {
      configure({
        resource: data({ changed: stored("4"), new: stored("2"), imported: {} }),
        moved: { from: "terraform_data.old", to: "terraform_data.new" },
        removed: { from: "terraform_data.forgotten", lifecycle: { destroy: false } },
        import: { to: "terraform_data.imported", id: "some-id" },
        output: { url: { value: "b" }, password: { value: "hunter2", sensitive: true } },
      });
      const text = review();
      expect(text).toMatch(
        /^### Plan: 0 to create, 3 to change, 0 to replace, 0 to destroy, 1 to forget, 1 to import, 1 to move, 2 outputs to change\n/,
      );
      for (const line of [
        "- `terraform_data.forgotten`",
        "- `terraform_data.imported` from `some-id`",
        "- `terraform_data.old` → `terraform_data.new`",
        '- `module.video.terraform_data.inside[1]`: `input` `"1"` → (known after apply), `output` `"1"` → (known after apply)',
        '- `url` `"a"` → `"b"`',
        "- `password` (sensitive)",
      ]) {
        expect(text.split("\n")).toContain(line);
      }
      expect(text).not.toContain("hunter");
    });

    it("shows a change of outputs alone", () => {
      configure({
        resource: data({ changed: stored("1"), old: stored("2"), forgotten: stored("3") }),
        output: { url: { value: "c" }, password: { value: "hunter1", sensitive: true } },
      });
      expect(review()).toBe(
        "### Plan: 0 to create, 0 to change, 0 to replace, 0 to destroy, 1 output to change\n\n" +
          '<details><summary>Outputs (1)</summary>\n\n- `url` `"a"` → `"c"`\n\n</details>\n',
      );
    });
  },
);
