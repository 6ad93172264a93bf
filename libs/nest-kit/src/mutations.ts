import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import {
  type Actor,
  civilDateIn,
  type Command,
  commandIdOf,
  type CommandMeta,
  derivedUuid,
  DomainError,
  eventIdOf,
  ForbiddenError,
  OPERATOR_ORGANISATION,
  type Organisations,
  type Receipt,
  replayedReceipt,
  RisingClock,
  type StoredEvent,
  SYSTEM_PERSON,
} from '@waymark/kernel';
import { canonicalJson, type EventFilter, type EventStore } from '@waymark/event-store';
import { type Payload, type ReceiptView, receiptViewOf, type UserError, userErrorOf } from './graphql/payload.js';
import type { RequestContext } from './graphql/request-context.js';
import { Metrics } from './metrics.js';
import {
  type Account,
  EVENT_STORE,
  InputMac,
  OrganisationDirectory,
  ReadGate,
  ReadTablesBehindError,
  Rights,
} from './ports.js';
import { noTracing, Tracing } from './tracing.js';

/** What `run` and `perform` have in common: who asks for what, about which organisations. */
export interface MutationRequest {
  readonly context: RequestContext;
  /** Name of the mutation field; the rights matrix and the command id go by it. */
  readonly operation: string;
  readonly input: { readonly idempotencyKey: string };
  /** The organisations the entry is about; as a function when they must be looked up (its refusals become userErrors). */
  readonly about: Organisations | (() => Organisations | Promise<Organisations>);
  /** The projections that `read` answers from; all when absent. */
  readonly projections?: readonly string[] | undefined;
}

/** A mutation of several commands, such as an import, or of none. */
export interface WorkRequest extends MutationRequest {
  /** How to find out what an earlier sending of the request did; absent when its work records nothing. */
  readonly earlier?: {
    /** Types of the events that its commands record. */
    readonly types: readonly string[];
    /** Whether anything is left to be recorded of it, found out without recording. */
    isLeft(meta: CommandMeta): Promise<boolean>;
  };
}

/** A mutation that is one command. */
export interface CommandRequest<V> extends MutationRequest {
  command(meta: CommandMeta): Command | Promise<Command>;
  /** The entity as it stands now that the tables have reached the receipt's position. */
  read(receipt: Receipt, actor: Actor): Promise<V>;
}

/** What the work of a mutation of several commands leaves: the last receipt (when anything was recorded) and the entity. */
export interface Performed<V> {
  readonly receipt?: Receipt | undefined;
  entity(): V | Promise<V>;
  /** The entity is a report of the work itself; the tables have no part in it. */
  readonly isReport?: boolean;
}

/** The way of every mutation: rights, idempotency, command, read tables, answer. */
@Injectable()
export class Mutations {
  constructor(
    private readonly rights: Rights,
    private readonly directory: OrganisationDirectory,
    private readonly inputMac: InputMac,
    private readonly clock: RisingClock,
    private readonly commands: CommandBus,
    private readonly gate: ReadGate,
    private readonly metrics: Metrics,
    @Optional() @Inject(EVENT_STORE) private readonly store?: EventStore,
    @Optional() @Inject(Tracing) private readonly tracing: Tracing = noTracing,
  ) {}

  /** Runs one command. Refusals by a rule come back as `userErrors`; everything else is thrown. */
  run<V>(request: CommandRequest<V>): Promise<Payload<V>> {
    return this.measured(request, async () => {
      let isRecorded = false;
      try {
        return await this.carryOut(request, async (meta) => {
          const receipt = await this.dispatch(await request.command(meta));
          isRecorded = true;
          return { receipt, entity: () => request.read(receipt, meta.actor) };
        });
      } catch (error) {
        const earlier = isRecorded || !isRefusal(error) ? undefined : await this.earlierReceipt(request);
        if (earlier === undefined) throw error;
        return { entity: null, receipt: receiptViewOf(earlier), userErrors: [] };
      }
    });
  }

  /** Runs work of several commands, such as an import, under the rights and the circumstances of one mutation. */
  perform<V>(
    request: WorkRequest,
    work: (meta: CommandMeta, account: Account) => Promise<Performed<V>>,
  ): Promise<Payload<V>> {
    const caused = async (meta: CommandMeta, account: Account): Promise<Performed<V>> => {
      const performed = await work({ ...meta, causationId: causeOf(meta) }, account);
      if (performed.receipt !== undefined) return performed;
      // nothing was left to do; when an earlier sending did it, its receipt is the answer.
      return { ...performed, receipt: replayedReceipt(await this.recordedBefore(request, meta)) };
    };
    return this.measured(request, async () => {
      try {
        return await this.carryOut(request, caused);
      } catch (error) {
        const earlier = error instanceof ForbiddenError ? await this.earlierWork<V>(request, error) : undefined;
        if (earlier === undefined) throw error;
        return earlier;
      }
    });
  }

  /**
   * what this very request recorded before, though its right has ended since. What it did not record needs the right: then
   * the receipt says what was done, and a user error that the rest was not.
   */
  private async earlierWork<V>(request: WorkRequest, denial: ForbiddenError): Promise<Payload<V> | undefined> {
    const account = await request.context.account();
    // Nobody recorded anything who never had a right: this spares the search.
    if (request.earlier === undefined || account.grants.length === 0) return undefined;
    const meta = await this.meta(request, account, NOBODY, await aboutOf(request));
    const recorded = await this.recordedBefore(request, meta);
    const receipt = replayedReceipt(recorded);
    if (receipt === undefined) return undefined;
    const isDone = !(await request.earlier.isLeft({ ...meta, actor: recorded.at(-1)!.metadata.actor }));
    const userErrors = isDone ? [] : [restRefused(recorded.length, denial)];
    return { entity: null, receipt: receiptViewOf(receipt), userErrors };
  }

  /** What this very request recorded before, in order; the log is read page by page, others get their turn in between. */
  private async recordedBefore(request: WorkRequest, meta: CommandMeta): Promise<StoredEvent[]> {
    const found: StoredEvent[] = [];
    if (request.earlier === undefined) return found;
    const cause = causeOf(meta);
    const { agency: organisation } = await aboutOf(request);
    const filter: EventFilter = { types: request.earlier.types, organisation };
    for (let after = 0; this.store !== undefined;) {
      const page: readonly StoredEvent[] = await this.store.readAll({ after, limit: PAGE, ...filter });
      found.push(...page.filter(({ metadata }) => metadata.causationId === cause));
      if (page.length < PAGE) return found;
      after = page.at(-1)!.position;
      await setImmediate();
    }
    return found;
  }

  private async carryOut<V>(
    request: MutationRequest,
    work: (meta: CommandMeta, account: Account) => Promise<Performed<V>>,
  ): Promise<Payload<V>> {
    const account = await request.context.account();
    const about = await aboutOf(request);
    const actor = await this.tracing.step('rights', {}, () => this.rights.authorise(account, request.operation, about));
    const performed = await work(await this.meta(request, account, actor, about), account);
    return this.answer(performed, request.projections);
  }

  private measured<V>({ context, operation }: MutationRequest, work: () => Promise<Payload<V>>): Promise<Payload<V>> {
    const done = this.metrics.mutationStarted(operation);
    const facts = { 'waymark.mutation': operation };
    return this.tracing.request(context.origin, `mutation ${operation}`, facts, async (note) => {
      try {
        const payload = await work();
        done('accepted');
        note({ 'waymark.outcome': 'accepted' });
        return payload;
      } catch (error) {
        const isRefused = error instanceof DomainError;
        done(isRefused ? 'refused' : 'failed');
        note({ 'waymark.outcome': isRefused ? 'refused' : 'failed' });
        if (!isRefused) throw error;
        this.metrics.refused(error.code);
        note({ 'waymark.refusal.code': error.code });
        return { entity: null, receipt: null, userErrors: [userErrorOf(error)] };
      }
    });
  }

  /**
   * what was recorded for this very request before. Rights and circumstances may have changed since, so that it would be
   * refused today; its receipt is given all the same, without the entity. The command id says that it is the same account.
   */
  private async earlierReceipt({ context, operation, input }: MutationRequest): Promise<Receipt | undefined> {
    if (this.store === undefined) return undefined;
    const commandId = commandIdIn(await context.account(), operation, input);
    const [first] = await this.store.readEvents([eventIdOf({ meta: { commandId } }, 0)]);
    if (first?.metadata.inputMac !== this.inputMac.of(canonicalInput(operation, input))) return undefined;
    const stream = await this.store.readStream(first.stream);
    return replayedReceipt(stream.filter((event) => event.metadata.commandId === commandId));
  }

  /**
   * The entity as the tables show it. When they do not show the entry in time it stands all the same: the caller gets the
   * receipt without the entity, and is told so.
   */
  private async answer<V>(
    { receipt, entity, isReport = false }: Performed<V>,
    projections: readonly string[] | undefined,
  ): Promise<Payload<V>> {
    if (receipt === undefined) return { entity: await entity(), receipt: null, userErrors: [] };
    const view = receiptViewOf(receipt);
    try {
      await this.tracing.step('tables', { 'waymark.position.to': receipt.position }, () =>
        this.gate.waitFor(receipt.position, projections),
      );
      return { entity: await entity(), receipt: view, userErrors: [] };
    } catch (error) {
      if (!(error instanceof ReadTablesBehindError)) throw error;
      return { entity: isReport ? await entity() : null, receipt: view, userErrors: [notShownYet(view)] };
    }
  }

  /** Sends a command to its handler. */
  dispatch(command: Command): Promise<Receipt> {
    return this.commands.execute<Command, Receipt>(command);
  }

  private async meta(
    request: MutationRequest,
    account: Account,
    actor: Actor,
    about: Organisations,
  ): Promise<CommandMeta> {
    const { operation, input, context } = request;
    const commandId = commandIdIn(account, operation, input);
    const timeZone = await this.directory.timeZoneOf(about.district ?? about.agency);
    const now = this.clock.now();
    return {
      commandId,
      inputMac: this.inputMac.of(canonicalInput(operation, input)),
      actor,
      source: { kind: 'api', ref: operation },
      correlationId: context.correlationId,
      causationId: commandId,
      now: now.toISOString(),
      today: civilDateIn(timeZone, now),
    };
  }
}

/** Events of one page of the log. */
const PAGE = 500;

/** Stands for the actor of a request that is not allowed; nothing is recorded by it. */
const NOBODY: Actor = { personId: SYSTEM_PERSON, role: 'SYSTEM', organisationId: OPERATOR_ORGANISATION };

/** The request itself, key and input, as the cause of what its commands record: other input under the same key is another cause. */
function causeOf({ commandId, inputMac }: CommandMeta): string {
  return derivedUuid('request', commandId, inputMac);
}

function aboutOf({ about }: MutationRequest): Organisations | Promise<Organisations> {
  return typeof about === 'function' ? about() : about;
}

function restRefused(events: number, { missing }: ForbiddenError): UserError {
  const message = `${events} events of this request are recorded, see the receipt. The rest is refused: ${missing}`;
  return { code: 'REST_REFUSED', message, path: [], rule: 'R-93' };
}

function commandIdIn({ issuer, subject }: Account, operation: string, input: MutationRequest['input']) {
  return commandIdOf(`${issuer} ${subject}`, operation, input.idempotencyKey);
}

function isRefusal(error: unknown): boolean {
  return error instanceof DomainError || error instanceof ForbiddenError;
}

/** The input in its canonical form (RFC 8785); the key is left out, since it is what is being looked up. */
export function canonicalInput(operation: string, input: object): string {
  const { idempotencyKey: _, ...rest } = input as Record<string, unknown>;
  return canonicalJson({ operation, input: plainly(rest) });
}

/** Inputs are objects of their classes; what is compared are their plain values. */
function plainly(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainly);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plainly(member)]));
}

function notShownYet({ position }: ReceiptView): UserError {
  const message = `The entry is recorded, see the receipt. The tables do not show it yet: read again in a moment, with the header "x-waymark-at-least: ${position}".`;
  return { code: 'READ_TABLES_BEHIND', message, path: [], rule: null };
}
