import { spawnSync } from "node:child_process";
import { PROJECT } from "./commands";

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
    const { status, stdout } = spawnSync("npm", ["run", "--silent", "plan:review"], {
      cwd: PROJECT,
      input: JSON.stringify(plan),
      encoding: "utf8",
    });
    expect(status).toBe(3);
    expect(stdout).toContain("> - `aws_dynamodb_table.one` is destroyed, with every row in it");
    expect(stdout).toContain("| 3840×2160, 30 fps | $0.0600 | $0.1200 (+100%) |");
  });
});
