import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeUnless, lackOf } from "aws-stand-ins/testing/optional-tools";

describeUnless(lackOf("terraform", ["version"]), "terraform apply, on which apply.yml relies,", () => {
  it("refuses a reviewed plan after the state has changed", () => {
    const folder = mkdtempSync(join(tmpdir(), "stale-plan-"));
    const terraform = (command: string, ...parameters: string[]) =>
      spawnSync("terraform", [command, "-no-color", "-input=false", ...parameters], {
        cwd: folder,
        encoding: "utf8",
      });
    // Built into Terraform, so init downloads no provider.
    writeFileSync(join(folder, "main.tf.json"), '{"resource":{"terraform_data":{"one":{"input":"a"}}}}');
    expect(terraform("init").status).toBe(0);
    expect(terraform("plan", "-out=reviewed.tfplan").status).toBe(0);
    expect(terraform("apply", "-auto-approve").status).toBe(0);

    const refused = terraform("apply", "reviewed.tfplan");

    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("Saved plan is stale");
    rmSync(folder, { recursive: true });
  });
});
