import type { Problem } from "../../spec/automaton/claim.ts";
import { type Action, actionText } from "../../spec/automaton/execute.ts";
import type { Family } from "../explore/families.ts";
import type { Emission, Joint, Model, Watcher } from "../explore/model.ts";
import { refuse } from "./permute.ts";
import type { Relabelling } from "./permute-tracks.ts";

type Finding = (by: Relabelling) => void;

/**
 * Checks that renaming commutes with all that the model works out: enabled actions, who takes part
 * in an action, next local states. Each finding is compared with that of its image under every
 * generator; working out the image is a finding in turn. So the audit ends only when whole orbits
 * of local states were compared, and never looks at a local state that the whole search would not.
 */
export class Audit implements Watcher {
  readonly #problem: Problem;
  readonly #model: Model;
  readonly #generators: readonly Relabelling[];
  /** the families of a leaf that read the same cells, by both */
  readonly #families = new Map<string, Family[]>();
  readonly #alike = new Set<string>();
  #findings: Finding[] = [];

  constructor(problem: Problem, model: Model, generators: readonly Relabelling[]) {
    this.#problem = problem;
    this.#model = model;
    this.#generators = generators;
    for (const family of model.families) {
      const key = keyOf(family.tracks);
      this.#families.set(key, [...(this.#families.get(key) ?? []), family]);
    }
  }

  row(family: Family, ids: readonly number[]): void {
    this.#findings.push((by) => this.#compareRows(by, family, ids));
  }

  next(track: number, local: number, action: number): void {
    this.#findings.push((by) => this.#compareNext(by, track, local, action));
  }

  joint(joint: Joint, ids: readonly number[]): void {
    this.#findings.push((by) => this.#compareJoint(by, joint, ids));
  }

  /** Compares all findings, and those that come of it. @throws QuorateError `reduction-refused` */
  settle(): void {
    while (this.#findings.length > 0) {
      const findings = this.#findings;
      this.#findings = [];
      for (const compare of findings) this.#generators.forEach(compare);
    }
  }

  // ---- enabled actions

  #compareRows(by: Relabelling, family: Family, ids: readonly number[]): void {
    const idOf = new Map(Array.from(family.tracks, (track, at) => [track, ids[at] as number]));
    const moved = new Map(
      Array.from(idOf, ([track, id]) => [by.trackTo[track] as number, by.idOf(track, id)]),
    );
    const images = this.#families.get(keyOf([...moved.keys()]));
    if (images === undefined) {
      const cells = family.cells?.join(", ");
      this.#refuse(by, `no scope of ${family.leaf.name} reads what [${cells}] become`);
    }
    const here = this.#enabled(this.#families.get(keyOf(family.tracks)) as Family[], idOf);
    const there = this.#enabled(images as Family[], moved);
    for (const action of here) {
      const image = this.#imageOf(by, action);
      if (!there.has(image)) this.#refuse(by, this.#only(family, action, image));
      if (this.#model.spontaneous[action] !== this.#model.spontaneous[image]) {
        this.#refuse(by, `${this.#text(action)} and ${this.#text(image)} are of unlike tasks`);
      }
      there.delete(image);
    }
    const [rest] = there;
    if (rest === undefined) return;
    this.#refuse(by, `${family.leaf.name} enables ${this.#text(rest)}, which nothing becomes`);
  }

  #enabled(families: readonly Family[], idOf: ReadonlyMap<number, number>): Set<number> {
    const rows = families.map((family) =>
      this.#model.rowOf(
        family,
        Array.from(family.tracks, (track) => idOf.get(track) as number),
      ),
    );
    return new Set(rows.flatMap((row) => [...row]));
  }

  #only({ leaf }: Family, action: number, image: number): string {
    return `${leaf.name} enables ${this.#text(action)}, but not ${this.#text(image)} in its stead`;
  }

  // ---- actions

  /** The image of an action: whoever takes part in the action, its image takes part in the image. */
  #imageOf(by: Relabelling, action: number): number {
    const image = by.actionOf(action);
    const key = `${this.#generators.indexOf(by)} ${action}`;
    if (this.#alike.has(key)) return image;
    this.#alike.add(key);
    const model = this.#model;
    const moved = (tracks: ArrayLike<number>) =>
      keyOf(Array.from(tracks, (track) => by.trackTo[track] as number));
    const joints = (model.joints[action] ?? []).map(({ tracks }) => moved(tracks));
    const others = (model.joints[image] ?? []).map(({ tracks }) => keyOf(tracks));
    const same =
      moved(this.#participants(action)) === keyOf(this.#participants(image)) &&
      moved(model.needsOf(action)) === keyOf(model.needsOf(image)) &&
      joints.sort().join() === others.sort().join();
    if (!same) {
      const what = `${this.#text(action)} and ${this.#text(image)}`;
      this.#refuse(by, `${what} concern different leaves or cells`);
    }
    for (const witness of this.#problem.witnesses) {
      const { name, payload } = model.actions[action] as Action;
      if (witness.kind !== "action" || witness.action !== name) continue;
      if (witness.where(payload) === witness.where((model.actions[image] as Action).payload))
        continue;
      this.#refuse(
        by,
        `witness "${witness.name}" tells ${this.#text(action)} from ${this.#text(image)}`,
      );
    }
    return image;
  }

  #participants(action: number): Int32Array {
    const { partStart, partTrack } = this.#model;
    return partTrack.slice(partStart[action] as number, partStart[action + 1] as number);
  }

  // ---- next local states

  #compareNext(by: Relabelling, track: number, local: number, action: number): void {
    const model = this.#model;
    const image = this.#imageOf(by, action);
    const next = this.#nextOf(track, local, action);
    const there = this.#nextOf(by.trackTo[track] as number, by.idOf(track, local), image);
    if (next >= 0 && there >= 0) {
      if (by.idOf(track, next) !== there) this.#refuseNext(by, action, image, track);
      return;
    }
    if (next >= 0 || there >= 0) this.#refuseNext(by, action, image, track);
    const [one, other] = [next, there].map((at) => model.emissions[-2 - at] as Emission);
    const differ = () => this.#refuseNext(by, action, image, track);
    if (by.idOf(track, (one as Emission).to) !== (other as Emission).to) differ();
    this.#compareEmissions(by, one as Emission, other as Emission, differ);
  }

  #nextOf(track: number, local: number, action: number): number {
    const { partStart, partTrack, partSlot } = this.#model;
    const at = partTrack.indexOf(track, partStart[action] as number);
    return this.#model.computeNext(track, local, partSlot[at] as number);
  }

  /** Outputs sent at once in another order are the same only where they touch different tracks. */
  #compareEmissions(by: Relabelling, one: Emission, other: Emission, differ: () => never): void {
    const images = Array.from(one.actions, (action) => this.#imageOf(by, action));
    const others = [...other.actions];
    if (keyOf(images) !== keyOf(others)) differ();
    if (images.every((image, at) => image === others[at])) return;
    const touched = others.flatMap((action) => this.#receivers(action));
    if (new Set(touched).size === touched.length) return;
    this.#refuse(by, `${this.#text(images[0] as number)} is sent at once in an order of names`);
  }

  /** The tracks that an output sent at once changes: not its sender's, whose outbox stays empty. */
  #receivers(action: number): number[] {
    const { tracks, joints, system, actions } = this.#model;
    const { name } = actions[action] as Action;
    const received = Array.from(this.#participants(action)).filter((track) => {
      const automaton = system.leaves[tracks[track]?.leaf as number]?.automaton;
      return automaton?.transitions[name]?.kind !== "sent";
    });
    return [...received, ...(joints[action] ?? []).flatMap((joint) => [...joint.tracks])];
  }

  #compareJoint(by: Relabelling, joint: Joint, ids: readonly number[]): void {
    const model = this.#model;
    const image = this.#imageOf(by, joint.action);
    const tracksTo = Array.from(joint.tracks, (track) => by.trackTo[track] as number);
    const key = keyOf(tracksTo);
    const there = model.joints[image]?.find(({ tracks }) => keyOf(tracks) === key) as Joint;
    const moved = Array.from(joint.tracks, (track, at) => by.idOf(track, ids[at] as number));
    const idsThere = Array.from(there.tracks, (track) => moved[tracksTo.indexOf(track)] as number);
    const next = model.nextOfJoint(joint, ids);
    const nextThere = model.nextOfJoint(there, idsThere);
    joint.tracks.forEach((track, at) => {
      const to = nextThere[there.tracks.indexOf(tracksTo[at] as number)];
      if (by.idOf(track, next[at] as number) === to) return;
      this.#refuseNext(by, joint.action, image, track);
    });
  }

  #refuseNext(by: Relabelling, action: number, image: number, track: number): never {
    const [one, other] = [this.#text(action), this.#text(image)];
    const { name } = this.#model.tracks[track] as Model["tracks"][number];
    return this.#refuse(by, `${one} does to ${name} what ${other} does not do in its stead`);
  }

  #text(action: number): string {
    return actionText(this.#model.actions[action] as Action);
  }

  #refuse(by: Relabelling, what: string): never {
    return refuse(this.#problem, `${by.text}: ${what}`);
  }
}

/** The same for the same numbers in any order. */
function keyOf(numbers: ArrayLike<number>): string {
  return Array.from(numbers)
    .sort((a, b) => a - b)
    .join();
}
