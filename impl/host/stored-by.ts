/** Whose store it is: the states of two services have nothing in common. */
export function storedBy(protocol: {
  readonly name: string;
  readonly service?: { readonly name: string };
}): string {
  const { name, service } = protocol;
  return service === undefined ? name : `${name} ${service.name}`;
}
