import { outputUris } from "../output-names";
import { outputsOf, type Rule } from "./rule";

/** About the names of what is written. */
export const namingRules: readonly Rule[] = [
  function* nameModifierRequired({ settings }) {
    for (const [g, { outputs }] of settings.outputGroups.entries())
      for (const [o, output] of outputs.entries())
        if (outputs.length > 1 && !output.nameModifier)
          yield `/outputGroups/${g}/outputs/${o}: nameModifier is a required property`;
  },
  function* nameModifierUnique({ settings }) {
    for (const [g, { outputs }] of settings.outputGroups.entries()) {
      const modifiers = outputs.flatMap((output) => output.nameModifier ?? []);
      for (const [o, { nameModifier }] of outputs.entries())
        if (nameModifier && modifiers.indexOf(nameModifier) < o)
          yield `/outputGroups/${g}/outputs/${o}/nameModifier: "${nameModifier}" is already used in this output group`;
    }
  },
  function* outputIsNotInput(request) {
    const input = request.settings.inputs[0]?.fileInput ?? "";
    for (const { group, output, path } of outputsOf(request))
      if (Object.values(outputUris(group, output, input)).includes(input))
        yield `${path}: Duplicate input and output path [${input}] found in job.`;
  },
];
