import { PROJECT, run } from "../commands";
import { describeWithTerraform } from "../terraform/required-tools";

describeWithTerraform("npm run dry-run", () => {
  it("runs every script of plan.yml and apply.yml up to the apply, against stand-ins", async () => {
    const { status, stdout, stderr } = await run("npm", ["run", "--silent", "dry-run"], { cwd: PROJECT });
    const ran = stderr.split("\n").filter((line) => line.startsWith(">  "));
    expect({ status, ran }).toEqual({
      status: 0,
      ran: [
        '>  plan.yml: echo "terraform=$(cat .terraform-version)" >> "$GITHUB_OUTPUT"',
        ">  plan.yml: npm run synth",
        ">  plan.yml: Initialize",
        ">  plan.yml: Plan",
        ">  plan.yml: Review",
        ">  plan.yml: Pack the plan",
        ">  apply.yml: tar --extract --gzip --file=deployment.tar.gz",
        ">  apply.yml: Apply the reviewed plan",
      ],
    });
    expect(stderr).toContain("changes: true; Terraform");
    expect(stdout).toContain("raw-videos-dry-run-123456789012");
    expect(stdout).not.toContain("Apply complete!");
  });
});
