const Sequencer = require("@jest/test-sequencer").default;

/** These mostly wait, for Terraform and for retries. Started first, they wait while the others run. */
const LONGEST = [
  "system/terraform/terraform.test.ts",
  "system/local/faults.test.ts",
  "system/local/end-to-end.test.ts",
];

function rank({ path }) {
  const place = LONGEST.findIndex((name) => path.endsWith(name));
  return place === -1 ? LONGEST.length : place;
}

/** Orders the files of both projects. */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};
