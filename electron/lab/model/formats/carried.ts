/** Nothing that a person looks at reads more; what does is told of no more than that it is much. */
const most = 1000;

/**
 * What reaches the nodes of a graph from nodes before them, past those that are not shown: names of what is read, or
 * weights. Nodes are told in the order of computation.
 */
export class Carried<Node, Thing> {
  readonly #from = new Map<Node, readonly Thing[] | null>();

  /** What readers of the node find there. */
  begin(node: Node, things: readonly Thing[]): void {
    this.#from.set(node, things);
  }

  /** Readers of the node find what it reads itself. */
  passOn(node: Node, inputs: readonly Node[]): void {
    this.#from.set(node, this.reaching(inputs));
  }

  /** Each thing once, in the order of the inputs; `null` for more than anyone could use. */
  reaching(inputs: readonly Node[]): readonly Thing[] | null {
    const found = new Set<Thing>();
    for (const input of inputs) {
      const things = this.#from.get(input);
      if (things === null) return null;
      for (const thing of things ?? []) found.add(thing);
      if (found.size > most) return null;
    }
    return [...found];
  }
}
