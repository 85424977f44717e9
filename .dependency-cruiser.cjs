/** Which parts of the project each part may import, besides itself. */
const MAY_IMPORT = {
  "main.ts": ["constructs"],
  constructs: [],
  lambdas: [],
  operator: [
    ...["lambdas/captions", "lambdas/jobs", "lambdas/transcoding", "lambdas/media-processor/upload-kind.ts"],
    ...["constructs/environment-suffix.ts", "constructs/naming.ts", "constructs/regions.ts"],
  ],
  "operator/console/page": ["operator/console/protocol.ts", "operator/printable.ts"],
  bench: ["constructs/lambda-bundle.ts", "lambdas", "local", "operator", "packages/aws-stand-ins"],
  simulate: ["lambdas/jobs/retry-lane.ts", "lambdas/transcoding", "operator/text-table.ts"],
  local: ["operator", "packages/aws-stand-ins"],
  "packages/aws-stand-ins": [],
  "packages/plan-review": [],
  review: ["packages/plan-review", "lambdas/transcoding"],
  examples: ["constructs", "local"],
};

const PARTS = Object.keys(MAY_IMPORT);
/** The project's own tests may import every part. A package's tests belong to the package. */
const TESTS = "^__tests__/";

const pathOf = (part) => (part.endsWith(".ts") ? `^${part.replace(".", "\\.")}$` : `^${part}/`);

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(MAY_IMPORT).map(([part, others]) => ({
      name: `${part} may import ${others.join(" and ") || "no other part"}`,
      comment: "MAY_IMPORT in .dependency-cruiser.cjs is the whole table.",
      severity: "error",
      from: { path: pathOf(part) },
      to: { path: [...PARTS.map(pathOf), TESTS], pathNot: [part, ...others].map(pathOf) },
    })),
    {
      name: "infrastructure stays in constructs",
      comment: "Only main.ts, constructs/ and examples/ use CDKTF: the rest reads the synthesized JSON.",
      severity: "error",
      from: { pathNot: [...["main.ts", "constructs", "examples"].map(pathOf), TESTS] },
      to: { path: "(^|node_modules/)(cdktf|@cdktf|constructs)(/|$)", dependencyTypesNot: ["local"] },
    },
    {
      name: "no provider barrel",
      comment:
        "Import the one construct, @cdktf/provider-aws/lib/<resource>: the barrel loads every resource.",
      severity: "error",
      from: {},
      to: { path: "node_modules/@cdktf/provider-[^/]+/lib/index\\." },
    },
    {
      name: "dependencies are declared",
      comment: "Add the npm package to the package.json of the part that imports it.",
      severity: "error",
      from: { path: PARTS.map(pathOf), pathNot: "/__tests__/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "lambdas need no development dependency",
      comment: "What runs in Lambda is a dependency, not a devDependency.",
      severity: "error",
      from: { path: pathOf("lambdas") },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "every folder is a part",
      comment: "Add the folder to MAY_IMPORT in .dependency-cruiser.cjs.",
      severity: "error",
      from: { path: "/", pathNot: [...PARTS.map(pathOf), TESTS] },
      to: {},
    },
    { name: "imports aren't circular", severity: "error", from: {}, to: { circular: true } },
    { name: "imports resolve", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(cdktf\\.out|coverage|\\.local-pipeline)/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    exoticRequireStrings: ["require.resolve"],
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default"],
    },
  },
};
