import { claim } from "../../spec/automaton/index.ts";
import { alternatingBit } from "./alternating-bit.ts";

export default claim({
  id: "oracle/alternating-bit",
  says: "The alternating bit protocol takes only steps of the protocol without channels.",
  source: "tlaplus/Examples, specifications/SpecifyingSystems/TLC/MCAlternatingBit.tla",
  cases: [
    {
      variant: "printed",
      instance: "capacity=2",
      tier: "ci",
      expect: "holds",
      problem: () => alternatingBit(2),
      pinned: { states: 240, depth: 10 },
    },
  ],
});
