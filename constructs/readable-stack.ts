import { TerraformElement, TerraformStack } from "cdktf";
import type { Construct, Node } from "constructs";

/** A stack whose addresses a reviewer of a plan can read: the path of ids, without cdktf's hash. */
export abstract class ReadableStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    // The first release that locks state in S3 without DynamoDB for good.
    this.addOverride("terraform.required_version", ">= 1.11.0");
  }

  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    return (
      node.scopes
        .slice(node.scopes.indexOf(this) + 1)
        .map((ancestor) => ancestor.node.id.replaceAll("-", "_"))
        // Says nothing in a stack that holds one pipeline.
        .filter((part) => part !== "pipeline")
        .join("_")
    );
  }
}
