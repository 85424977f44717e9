import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { readConfig, SETTINGS } from "../../constructs/config";
import { loadChecker } from "./workflow-checker";

const FOLDER = resolve(__dirname, "../../.github/workflows");
const read = (name: string) => readFileSync(join(FOLDER, name), "utf8");
const workflow = (name: string) => parse(read(name));
const names = readdirSync(FOLDER).sort();
type Job = ReturnType<typeof parse>;
const jobs = (name: string): [string, Job][] => Object.entries(workflow(name).jobs);

describe("GitHub's checker", () => {
  const check = loadChecker();

  it.each(names)("finds nothing in %s", async (name) => {
    expect(await check(name, read(name))).toEqual([]);
  });

  it("would find a misspelt key, an unknown context and a wrong permission", async () => {
    const broken = `on: push
permissions: { contents: red }
jobs:
  job:
    runs-on: ubuntu-24.04
    steps:
      - rn: echo
      - run: echo \${{ nowhere.value }}
`;
    const found = (await check("broken.yml", broken)).join("\n");
    expect(found).toContain("broken.yml:2 Unexpected value 'red'");
    expect(found).toContain("broken.yml:7 Unexpected value 'rn'");
    expect(found).toContain("broken.yml:8 Unrecognized named-value: 'nowhere'");
  });
});

describe.each(names)("%s", (name) => {
  it("pins every third-party action by commit, with its version in a comment", () => {
    const uses = [...read(name).matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, action]) => action);
    const loose = uses.filter(
      (action) => !/^\.\/|^[\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action ?? ""),
    );
    expect(uses).not.toEqual([]);
    expect(loose).toEqual([]);
  });

  it("grants permissions to each job, none to all of them", () => {
    expect(workflow(name).permissions).toEqual({});
    expect(jobs(name).filter(([, { permissions }]) => permissions === undefined)).toEqual([]);
  });

  it("passes event text and inputs to scripts only through variables", () => {
    for (const [, { steps = [] }] of jobs(name)) {
      for (const { run = "" } of steps) expect(run).not.toContain("${{");
    }
  });

  it("keeps no git credentials after checkout", () => {
    for (const [, { steps = [] }] of jobs(name)) {
      const checkouts = steps.filter(({ uses = "" }) => uses.startsWith("actions/checkout@"));
      for (const checkout of checkouts) expect(checkout.with["persist-credentials"]).toBe(false);
    }
  });
});

describe("AWS", () => {
  it("is reached by a token alone: no workflow reads a secret", () => {
    for (const name of names) expect(read(name)).not.toContain("secrets.");
  });

  it("can be changed only in the environment's own, protected, jobs", () => {
    const roles = names.flatMap((name) =>
      jobs(name).flatMap(([, { environment, steps = [] }]) =>
        steps
          .filter(({ uses = "" }) => uses.startsWith("aws-actions/configure-aws-credentials@"))
          .map((step: Job) => [environment, step.with["role-to-assume"].split("/")[1]]),
      ),
    );
    expect(roles).toEqual([
      ["${{ inputs.suffix }}", "media-pipeline-deploy-${{ inputs.suffix }}"],
      ["${{ inputs.suffix }}", "media-pipeline-deploy-${{ inputs.suffix }}"],
      ["plan-${{ inputs.suffix }}", "media-pipeline-plan-${{ inputs.suffix }}"],
    ]);
  });

  it("isn't reached by the pull request of a fork", () => {
    expect(workflow("ci.yml").jobs.plan.if).toContain(
      "github.event.pull_request.head.repo.full_name == github.repository",
    );
  });
});

describe("deploying and destroying", () => {
  it("never overlap for one environment", () => {
    expect(workflow("deploy.yml").concurrency).toEqual({
      group: "media-pipeline-${{ inputs.suffix || 'dev' }}",
      "cancel-in-progress": false,
    });
    expect(workflow("destroy.yml").concurrency).toEqual({
      group: "media-pipeline-${{ inputs.suffix }}",
      "cancel-in-progress": false,
    });
  });

  it("apply what was planned in the same run, with the same Terraform and providers", () => {
    for (const name of ["deploy.yml", "destroy.yml"]) {
      const { plan, apply } = workflow(name).jobs;
      expect(plan.uses).toBe("./.github/workflows/plan.yml");
      expect([apply.needs].flat()).toContain("plan");
      expect(apply.uses).toBe("./.github/workflows/apply.yml");
      expect(apply.with["terraform-version"]).toBe("${{ needs.plan.outputs.terraform-version }}");
    }
    const script = jobs("apply.yml")
      .flatMap(([, { steps }]) => steps.map(({ run }: Job) => run ?? ""))
      .join("\n");
    expect(script).toContain("terraform init -input=false -lockfile=readonly");
    expect(script).toMatch(/terraform apply [^\n]*plan\.tfplan$/m);
    expect(script).not.toMatch(/npm|terraform plan|-auto-approve/);
  });

  it("plans with every setting", () => {
    const given = Object.keys(workflow("plan.yml").jobs.plan.env);
    expect(given).toEqual(expect.arrayContaining(SETTINGS.map(({ variable }) => variable)));
    // GitHub passes an unset variable as an empty string.
    expect(readConfig(Object.fromEntries(SETTINGS.map(({ variable }) => [variable, ""])))).toEqual(
      readConfig({}),
    );
  });
});

describe("the lock file of the providers", () => {
  it("is renewed for every platform by one command", () => {
    const folder = mkdtempSync(join(tmpdir(), "lock-"));
    const { scripts } = JSON.parse(readFileSync(resolve(FOLDER, "../../package.json"), "utf8"));
    const tools = join(folder, "tools");
    const project = join(folder, "project");
    const stack = join(project, "cdktf.out/stacks/media-pipeline");
    mkdirSync(stack, { recursive: true });
    mkdirSync(tools);
    const terraform = '#!/bin/sh\n[ "$1 $2" = "providers lock" ] && echo "$@" > .terraform.lock.hcl\n';
    for (const [name, script] of [
      ["npm", "#!/bin/sh\n"],
      ["terraform", terraform],
    ] as const) {
      writeFileSync(join(tools, name), script);
      chmodSync(join(tools, name), 0o755);
    }
    const ran = spawnSync("sh", ["-c", scripts["lock:providers"]], {
      cwd: project,
      env: { PATH: `${tools}:/usr/bin:/bin` },
      encoding: "utf8",
    });
    const lock = readFileSync(join(project, ".terraform.lock.hcl"), "utf8");
    rmSync(folder, { recursive: true });
    expect(ran).toMatchObject({ status: 0, stderr: "" });
    for (const platform of ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"])
      expect(lock).toContain(`-platform=${platform}`);
  });
});

describe("the search for drift", () => {
  const { plan } = workflow("drift.yml").jobs;

  it("plans each environment every day, applies nothing, and fails for a change", () => {
    expect(workflow("drift.yml").on.schedule).toEqual([
      { cron: expect.stringMatching(/^\d+ \d+ \* \* \*$/) },
    ]);
    expect(Object.keys(workflow("drift.yml").jobs)).toEqual(["plan"]);
    expect(plan).toMatchObject({
      uses: "./.github/workflows/plan.yml",
      with: { suffix: "${{ matrix.suffix }}", "fail-on-changes": true },
    });
    const { steps } = workflow("plan.yml").jobs.plan;
    const step = steps.find(({ name = "" }: Job) => name === "Fail if something has changed");
    expect(step.if).toBe("inputs.fail-on-changes && steps.plan.outputs.changes == 'true'");
    const env = { PATH: "/usr/bin:/bin", SUFFIX: "dev" };
    expect(spawnSync("bash", ["-e", "-c", step.run], { env, encoding: "utf8" })).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^::error::dev differs from main/),
    });
  });
});

describe("an ephemeral environment", () => {
  const { cdktf } = workflow("ephemeral.yml").jobs;

  it("is deployed with every setting that plan.yml plans with", () => {
    expect(cdktf.env).toEqual(workflow("plan.yml").jobs.plan.env);
  });

  it("is deployed and destroyed by cdktf, on demand only", () => {
    expect(Object.keys(workflow("ephemeral.yml").on)).toEqual(["workflow_dispatch"]);
    expect(workflow("ephemeral.yml").on.workflow_dispatch.inputs.command.options).toEqual([
      "deploy",
      "destroy",
    ]);
    expect(cdktf.steps.at(-1).run).toBe('npm run "$COMMAND" -- --auto-approve');
  });
});

describe("a plan that loses data or opens access", () => {
  const review = workflow("plan.yml").jobs.plan.steps.find(({ id }: Job) => id === "review");

  /** The step's status and output, if `plan:review` prints "text" and ends with the given status. */
  function run(reviewStatus: number) {
    const folder = mkdtempSync(join(tmpdir(), "review-"));
    const files = {
      terraform: "#!/bin/sh\necho plan\n",
      // Reads its input, so that terraform never writes to a closed pipe.
      npm: `#!/bin/sh\ncat >/dev/null; echo text; exit ${reviewStatus}\n`,
    };
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, name), content, { mode: 0o755 });
    }
    const env = {
      PATH: `${folder}:/usr/bin:/bin`,
      GITHUB_OUTPUT: join(folder, "output"),
      GITHUB_STEP_SUMMARY: join(folder, "summary"),
    };
    // As GitHub runs a step with `shell: bash`.
    const options = ["--noprofile", "--norc", "-eo", "pipefail", "-c", review.run];
    const { status } = spawnSync("bash", options, { cwd: folder, env });
    const read = (name: string) => spawnSync("cat", [join(folder, name)], { encoding: "utf8" }).stdout;
    const result = { status, output: read("output"), summary: read("summary"), file: read("review.md") };
    rmSync(folder, { recursive: true });
    return result;
  }

  it.each([
    [0, 0, "needs-approval=false\n"],
    [3, 0, "needs-approval=true\n"],
    [2, 2, ""],
  ])("is told by status %i of plan:review", (reviewStatus, status, output) => {
    expect(review.shell).toBe("bash");
    expect(run(reviewStatus)).toEqual({ status, output, summary: "text\n", file: "text\n" });
  });

  it("is applied by deploy.yml only after approval in an environment for that alone", () => {
    const { approve, apply } = workflow("deploy.yml").jobs;
    expect(approve).toMatchObject({
      needs: "plan",
      if: "needs.plan.outputs.needs-approval == 'true'",
      environment: "approve-${{ inputs.suffix || 'dev' }}",
      permissions: {},
    });
    expect(apply.needs).toEqual(["plan", "approve"]);
    expect(apply.if).toBe(
      "!cancelled() && needs.plan.outputs.changes == 'true' " +
        "&& (needs.plan.outputs.needs-approval == 'false' || needs.approve.result == 'success')",
    );
  });
});

describe("destroying", () => {
  const { steps } = workflow("plan.yml").jobs.plan;
  const guard = steps.findIndex(({ name = "" }: Job) => name === "Refuse to destroy a protected environment");

  it.each([
    ["true", 1, /^::error::pr-7 is protected/],
    ["false", 0, /^$/],
  ])(
    "an environment whose deployed output Protected is %s ends with status %i",
    (deployed, status, output) => {
      const folder = mkdtempSync(join(tmpdir(), "guard-"));
      writeFileSync(
        join(folder, "terraform"),
        `#!/bin/sh\n[ "$*" = "output -no-color -raw Protected" ] && printf ${deployed}\n`,
      );
      chmodSync(join(folder, "terraform"), 0o755);
      const env = { SUFFIX: "pr-7", PATH: `${folder}:/usr/bin:/bin` };
      const ran = spawnSync("bash", ["--norc", "-e", "-c", steps[guard].run], { env, encoding: "utf8" });
      rmSync(folder, { recursive: true });
      expect(ran).toMatchObject({ status, stdout: expect.stringMatching(output) });
    },
  );

  it("reads the deployed state before it plans", () => {
    expect(steps[guard].if).toBe("inputs.destroy");
    expect(steps[guard - 1].run).toBe("terraform init -input=false");
    expect(steps.findIndex(({ id }: Job) => id === "plan")).toBeGreaterThan(guard);
    expect(workflow("destroy.yml").jobs.plan.with.destroy).toBe(true);
  });

  it("is never started by a push", () => {
    expect(Object.keys(workflow("destroy.yml").on)).toEqual(["workflow_dispatch"]);
  });
});

describe("the plan's comment on a pull request", () => {
  const comment = workflow("ci.yml").jobs.comment.steps.find(({ run }: Job) => run !== undefined);

  /** Runs the step with a `gh` that answers with the given comments and prints what else it is asked. */
  function run(existing: string): string {
    const folder = mkdtempSync(join(tmpdir(), "comment-"));
    const gh = `#!/bin/sh
case "$*" in *--paginate*) printf '%s' "${existing}" ;; *) echo "$@"; cat comment.md ;; esac
`;
    writeFileSync(join(folder, "gh"), gh);
    chmodSync(join(folder, "gh"), 0o755);
    writeFileSync(join(folder, "review.md"), "### No changes\n");
    const { stdout, stderr, status } = spawnSync("bash", ["--norc", "-e", "-c", comment.run], {
      cwd: folder,
      env: {
        PATH: `${folder}:/usr/bin:/bin`,
        MARKER: comment.env.MARKER,
        COMMENTS: "repos/acme/media/issues/7/comments",
      },
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    return stdout;
  }

  it("is made by the first plan", () => {
    expect(run("")).toBe(
      "api --silent --method POST repos/acme/media/issues/7/comments --field body=@comment.md\n" +
        "<!-- plan-review dev -->\n### No changes\n",
    );
  });

  it("is updated, not repeated, by the next", () => {
    const url = "https://api.github.com/repos/acme/media/issues/comments/1";
    expect(run(`${url}\n${url}2\n`)).toMatch(`api --silent --method PATCH ${url} --field body=@comment.md\n`);
  });
});
