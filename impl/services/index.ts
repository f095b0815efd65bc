/**
 * Services to replicate: the ready-made ones that `--service` names, and what others are made with.
 * @packageDocumentation
 */
export { recipeService, type ServiceRecipe } from "../../spec/service/recipe.ts";
export type { Applied, Service } from "../../spec/service/service.ts";
export { SERVICES } from "./built-in.ts";
export { counter } from "./counter.ts";
export { keyValue } from "./key-value.ts";
