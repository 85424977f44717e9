export interface ArchitectureNode {
  /** Its address in Terraform. */
  readonly id: string;
  readonly kind: "bucket" | "function" | "queue" | "table" | "topic" | "rule" | "transcoder" | "distribution";
  /** Its name in AWS, without the parts that only a deployment knows. */
  readonly name: string;
  readonly description: string;
}

export interface ArchitectureEdge {
  readonly from: string;
  readonly to: string;
  /** Carries what a function, a queue or a rule gave up. */
  readonly isForDeadLetters: boolean;
}

/** How the resources of a synthesized pipeline work together. */
export interface Architecture {
  readonly nodes: readonly ArchitectureNode[];
  readonly edges: readonly ArchitectureEdge[];
}
