import { buildBundles } from "./lambda-bundle";

/** Prints the functions' bundles as JSON, for a caller that can't wait for a promise. */
buildBundles().then((bundles) => process.stdout.write(JSON.stringify([...bundles])));
