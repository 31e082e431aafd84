// Who lives on the peer, what they were told and what they say.

import { createFederation, generateCryptoKeyPair, MemoryKvStore, signRequest, verifyRequest } from "@fedify/fedify";
import { verifyObject } from "@fedify/fedify/sig";
import * as as from "@fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";

const INBOX = /\/inbox$/;
const PUBLIC = as.PUBLIC_COLLECTION;

export class Peer {
  constructor(origin) {
    this.origin = origin;
    this.residents = {
      ann: { cls: as.Person, name: "Ann" },
      nele: { cls: as.Person, name: "Nele" },
      fleur: { cls: as.Person, name: "Fleur" },
      atelier: { cls: as.Group, name: "Atelier" },
    };
    this.keys = {};
    this.things = new Map(); // path of an object -> the object, or null once deleted
    this.received = []; // every POST to an inbox: what Fedify made of it
    const each = (make) => Object.fromEntries(Object.keys(this.residents).map((id) => [id, make()]));
    this.followers = each(() => new Map());
    this.follows = each(() => ({})); // who -> whom -> "asked", "accepted" or "rejected"
    this.asked = each(() => ({})); // who -> whom -> the id of the Follow
    this.federation = createFederation({ kv: new MemoryKvStore(), origin, allowPrivateAddress: true });
    this.#settle();
    this.context = this.federation.createContext(new URL(origin), undefined);
  }

  #settle() {
    const { federation } = this;
    federation
      .setActorDispatcher("/actors/{identifier}", async (ctx, id) => {
        const resident = this.residents[id];
        if (resident == null) return null;
        const pairs = await ctx.getActorKeyPairs(id);
        return new resident.cls({
          id: ctx.getActorUri(id),
          preferredUsername: id,
          name: resident.name,
          inbox: ctx.getInboxUri(id),
          outbox: ctx.getOutboxUri(id),
          followers: ctx.getFollowersUri(id),
          endpoints: new as.Endpoints({ sharedInbox: ctx.getInboxUri() }),
          publicKey: pairs[0].cryptographicKey,
          assertionMethods: pairs.map((pair) => pair.multikey),
        });
      })
      .setKeyPairsDispatcher((_ctx, id) => {
        this.keys[id] ??= Promise.all([generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), generateCryptoKeyPair("Ed25519")]);
        return this.keys[id];
      });
    federation.setFollowersDispatcher("/actors/{identifier}/followers", (_ctx, id) => ({
      items: [...this.followers[id].values()],
    }));
    federation.setOutboxDispatcher("/actors/{identifier}/outbox", () => ({ items: [] }));
    federation.setObjectDispatcher(as.Note, "/notes/{id}", (_ctx, { id }) => this.things.get(`/notes/${id}`) ?? null);
    federation.setObjectDispatcher(as.Event, "/events/{id}", (_ctx, { id }) => this.things.get(`/events/${id}`) ?? null);
    // An answer names our Follow; Fedify believes only its own origin about it, so it must stand at its address.
    federation.setObjectDispatcher(as.Follow, "/follows/{id}", (_ctx, { id }) => this.things.get(`/follows/${id}`) ?? null);
    federation
      .setInboxListeners("/actors/{identifier}/inbox", "/inbox")
      .on(as.Follow, async (ctx, follow) => {
        const id = ctx.parseUri(follow.objectId)?.identifier;
        const follower = await follow.getActor(ctx);
        if (id == null || follower == null) return;
        this.followers[id].set(follower.id.href, follower);
        const accept = new as.Accept({ id: this.#fresh("accepts"), actor: follow.objectId, object: follow });
        await ctx.sendActivity({ identifier: id }, follower, accept);
      })
      .on(as.Undo, async (ctx, undo) => {
        const follow = await undo.getObject(ctx);
        const id = follow instanceof as.Follow ? ctx.parseUri(follow.objectId)?.identifier : null;
        if (id != null) this.followers[id].delete(undo.actorId.href);
      })
      .on(as.Accept, (ctx, accept) => this.#answered(ctx, accept, "accepted"))
      .on(as.Reject, (ctx, reject) => this.#answered(ctx, reject, "rejected"))
      .on(as.Move, (ctx, move) => this.#moved(ctx, move))
      .on(as.Activity, () => {});
  }

  // FEP-7628: whoever follows goes along, if it is the old one that says so and the new one says it too.
  async #moved(ctx, move) {
    const old = move.actorId;
    if (move.objectId?.href !== old.href || move.targetId == null) return;
    const target = await ctx.lookupObject(move.targetId);
    if (!as.isActor(target) || !target.aliasIds.some((alias) => alias.href === old.href)) return;
    for (const [who, followed] of Object.entries(this.follows)) {
      if (followed[old.href] !== "accepted") continue;
      await this.#follow(who, target);
      await this.#unfollow(who, await ctx.lookupObject(old));
    }
  }

  async #follow(who, target) {
    const follow = this.#keep(
      new as.Follow({
        id: this.#fresh("follows"),
        actor: this.context.getActorUri(who),
        object: target.id,
        to: target.id,
      }),
    );
    this.follows[who][target.id.href] = "asked";
    this.asked[who][target.id.href] = follow.id;
    await this.context.sendActivity({ identifier: who }, target, follow);
    return { activity: follow.id.href, object: target.id.href };
  }

  async #unfollow(who, target) {
    const actor = this.context.getActorUri(who);
    const undo = new as.Undo({
      id: this.#fresh("undos"),
      actor,
      object: new as.Follow({ id: this.asked[who][target.id.href], actor, object: target.id }),
    });
    delete this.follows[who][target.id.href];
    await this.context.sendActivity({ identifier: who }, target, undo);
  }

  async #answered(ctx, answer, state) {
    const follow = await answer.getObject(ctx);
    if (!(follow instanceof as.Follow) || follow.objectId.href !== answer.actorId.href) return;
    const id = ctx.parseUri(follow.actorId)?.identifier;
    if (id != null && follow.objectId.href in this.follows[id]) this.follows[id][follow.objectId.href] = state;
  }

  #fresh(kind) {
    return new URL(`/${kind}/${crypto.randomUUID()}`, this.origin);
  }

  // Fedify answers; for what comes to an inbox it is noted which of the two proofs its own code finds good.
  // By itself it asks for one of them: the proof in the document, or else the signature of the request.
  async answer(request) {
    const { pathname } = new URL(request.url);
    const isDelivery = request.method === "POST" && INBOX.test(pathname);
    const [copy, second] = isDelivery ? [request.clone(), request.clone()] : [];
    if (this.things.get(pathname) === null) return new Response(null, { status: 410 });
    const response = await this.federation.fetch(request, {
      contextData: undefined,
      onNotAcceptable: () => new Response(null, { status: 406 }),
    });
    if (isDelivery) await this.#note(response.status, copy, second);
    return response;
  }

  async #note(status, request, copy) {
    const document = await copy.json().catch(() => null);
    const scheme = request.headers.has("signature-input") ? "rfc9421" : "cavage";
    const { documentLoader, contextLoader } = this.context;
    const key = await verifyRequest(request, { documentLoader, contextLoader });
    let proof = null;
    if (document?.proof != null) {
      const proven = await verifyObject(as.Activity, document, { documentLoader, contextLoader });
      proof = proven == null ? false : document.proof.verificationMethod;
    }
    this.received.push({ status, scheme, signedBy: key?.id?.href ?? null, proof, activity: document });
  }

  async #actor(handle) {
    const found = await this.context.lookupObject(handle);
    if (!as.isActor(found)) throw new Error(`no actor: ${handle}`);
    return found;
  }

  async #recipients(id, others) {
    return [...this.followers[id].values(), ...(await Promise.all(others.map((handle) => this.#actor(handle))))];
  }

  #keep(object) {
    this.things.set(object.id.pathname, object);
    return object;
  }

  async #say(cls, id, object, others) {
    const activity = new cls({
      id: this.#fresh("activities"),
      actor: this.context.getActorUri(id),
      object,
      tos: object.toIds.length ? object.toIds : [PUBLIC],
      ccs: object.ccIds,
    });
    await this.context.sendActivity({ identifier: id }, await this.#recipients(id, others), activity);
    return { activity: activity.id.href, object: object.id.href };
  }

  static ORDERS = {
    // Looks a handle up as a person would type it: WebFinger, then the document.
    async find(peer, { handle }) {
      return (await peer.#actor(handle)).toJsonLd({ format: "compact", contextLoader: peer.context.contextLoader });
    },

    follow: async (peer, { who, whom }) => peer.#follow(who, await peer.#actor(whom)),

    unfollow: async (peer, { who, whom }) => peer.#unfollow(who, await peer.#actor(whom)),

    // A public note to followers; `mentions` are handles, as a Mastodon user writes them into the text.
    async note(peer, { who, text, mentions = [], inReplyTo }) {
      const named = await Promise.all(mentions.map((handle) => peer.#actor(handle)));
      const note = peer.#keep(
        new as.Note({
          id: peer.#fresh("notes"),
          attribution: peer.context.getActorUri(who),
          content: `<p>${text}</p>`,
          published: Temporal.Now.instant(),
          to: PUBLIC,
          ccs: [peer.context.getFollowersUri(who), ...named.map((actor) => actor.id)],
          tags: named.map((actor, n) => new as.Mention({ href: actor.id, name: mentions[n] })),
          replyTarget: inReplyTo ? new URL(inReplyTo) : null,
        }),
      );
      return peer.#say(as.Create, who, note, mentions);
    },

    async event(peer, { who, name, start, end, place }) {
      const event = peer.#keep(
        new as.Event({
          id: peer.#fresh("events"),
          attribution: peer.context.getActorUri(who),
          name,
          content: `<p>${name}</p>`,
          published: Temporal.Now.instant(),
          startTime: Temporal.Instant.from(start),
          endTime: Temporal.Instant.from(end),
          location: new as.Place({ name: place }),
          to: PUBLIC,
          cc: peer.context.getFollowersUri(who),
        }),
      );
      return peer.#say(as.Create, who, event, []);
    },

    async update(peer, { who, object, name, text, mentions = [] }) {
      const known = peer.things.get(new URL(object).pathname);
      const changed = peer.#keep(
        known.clone({
          ...(name ? { name } : {}),
          ...(text ? { content: `<p>${text}</p>` } : {}),
          updated: Temporal.Now.instant(),
        }),
      );
      return peer.#say(as.Update, who, changed, mentions);
    },

    async delete(peer, { who, object, mentions = [] }) {
      peer.things.set(new URL(object).pathname, null);
      const tombstone = new as.Tombstone({ id: new URL(object), to: PUBLIC });
      return peer.#say(as.Delete, who, tombstone, mentions);
    },

    // A delivery made by hand and signed by Fedify, so that it can be wrong on purpose; returns what it was answered.
    async post(peer, { who, inbox, activity, spec, spoil }) {
      const pairs = await peer.context.getActorKeyPairs(who);
      const body = JSON.stringify(activity);
      const headers = { "Content-Type": "application/activity+json" };
      const request = new Request(inbox, { method: "POST", headers, body });
      const key = spoil === "key" ? await generateCryptoKeyPair("RSASSA-PKCS1-v1_5") : pairs[0];
      const signed = await signRequest(request, key.privateKey, pairs[0].keyId, { spec });
      const sent = spoil === "body" ? body.replace("}", ', "summary": "more"}') : body;
      const kept = spoil === "signature" ? new Headers(headers) : signed.headers;
      const answer = await fetch(new Request(inbox, { method: "POST", headers: kept, body: sent }));
      return { status: answer.status, body: await answer.text(), acceptSignature: answer.headers.get("accept-signature") };
    },

    // The same, where an answer other than 200 is the point.
    async read_status(peer, { who, url }) {
      const [pair] = await peer.context.getActorKeyPairs(who);
      const request = new Request(url, { headers: { Accept: "application/activity+json" } });
      return { status: (await fetch(await signRequest(request, pair.privateKey, pair.keyId))).status };
    },

    async fetch(_peer, { url, accept = "application/activity+json" }) {
      const answer = await fetch(url, { headers: { Accept: accept } });
      return { status: answer.status, body: await answer.text() };
    },

    // A GET that Fedify signs as one of its residents, and what its own code reads in the answer.
    async read(peer, { who, url }) {
      const load = await peer.context.getDocumentLoader({ identifier: who });
      const { document } = await load(url);
      const object = await as.Object.fromJsonLd(document, { documentLoader: load, contextLoader: peer.context.contextLoader });
      return { document, content: object.content?.toString() ?? null };
    },

    state: async (peer) => ({
      received: peer.received,
      follows: peer.follows,
      followers: Object.fromEntries(Object.entries(peer.followers).map(([id, all]) => [id, [...all.keys()]])),
    }),
  };
}
