import { type Index, symbolicDigest, type Token } from "../../../spec/automaton/index.ts";
import { type IsSigned, type Message, type Request, requestOf } from "./message.ts";

/*
 * Signatures in models: a message carries who signed it. Nobody else's name passes for the client's;
 * so that a faulty process cannot write the client's is for the model to see to.
 */

/** A request under its client's signature. */
export const signed = (request: Request): Message => ({
  ...requestOf(request),
  signature: request.client,
});

/** A request that somebody else passes off as its client's. */
export const forged = (request: Request, by: Index): Message => ({
  ...requestOf(request),
  signature: by,
});

export const isSigned: IsSigned = ({ client, signature }) => signature === client;

/** The signature of a message as a token, for networks that know tokens. */
export const tokenOf = (message: Message): Token => ({
  by: message.signature as Index,
  over: symbolicDigest(requestOf(message)),
});
