import { claim } from "../../spec/automaton/index.ts";
import { echo } from "./echo.ts";

export default claim({
  id: "oracle/echo",
  says: "The echo algorithm ends with a spanning tree whose root is the initiator.",
  source: "tlaplus/Examples, specifications/echo/MCEcho.tla",
  cases: [
    {
      variant: "printed",
      instance: "N=3",
      tier: "ci",
      expect: "holds",
      problem: () => echo(3),
      pinned: { states: 75, depth: 16 },
    },
  ],
});
