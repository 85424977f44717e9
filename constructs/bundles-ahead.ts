import { prepareBundles } from "./lambda-bundle";

// The caller that waits for the bundles reports a failure.
prepareBundles().catch(() => {});
