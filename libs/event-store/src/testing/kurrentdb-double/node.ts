import { type handleUnaryCall, type Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';
import gossipServices from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_grpc_pb.js';
import type { ClusterInfo } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_pb.js';
import gossipPb from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_pb.js';
import featureServices from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_grpc_pb.js';
import type { SupportedMethods } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb.js';
import featuresPb from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb.js';
import type { Empty } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import streamServices from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb.js';
import { appendOnce, batchAppend, deleteStream, tombstoneStream } from './append-calls.js';
import { Faults, type Refusal, refusalOf } from './faults.js';
import type { MemoryLog } from './log.js';
import type { Purpose, Served } from './served.js';
import { read } from './read-calls.js';
import { Wire } from './wire.js';

/** Which nodes there are, and which of them leads. */
export interface Membership {
  members(): readonly { readonly port: number; readonly isAlive: boolean; readonly isLeader: boolean }[];
  leader(): DoubleNode | undefined;
}

export interface NodeOptions {
  /** PEM texts; given: the node speaks TLS and sees credentials. */
  readonly tls?: { readonly key: string; readonly certificate: string };
}

/** Largest message that a server takes: a record of the log without what surrounds it. */
const LARGEST_MESSAGE = 16 * 1024 * 1024 - 10_000;

/** One node: a gRPC server on loopback over a log that outlives it. */
export class DoubleNode implements Served {
  readonly faults = new Faults();
  readonly wire = new Wire();
  private server: Server | undefined;
  private inside = 0;

  constructor(
    readonly log: MemoryLog,
    private readonly membership: Membership | undefined,
    private readonly options: NodeOptions = {},
  ) {}

  /** Port on which clients connect; the same after a restart. */
  get port(): number {
    return this.wire.port;
  }

  /** Port behind the wire, where no fault of the line is felt; another one after each start. */
  get directPort(): number {
    return this.inside;
  }

  get isRunning(): boolean {
    return this.server !== undefined;
  }

  async start(): Promise<void> {
    const server = new Server({ 'grpc.max_receive_message_length': LARGEST_MESSAGE });
    server.addService(streamServices.StreamsService, {
      read: read(this),
      append: appendOnce(this),
      batchAppend: batchAppend(this),
      delete: deleteStream(this),
      tombstone: tombstoneStream(this),
    });
    server.addService(featureServices.ServerFeaturesService, { getSupportedMethods: this.supportedMethods() });
    server.addService(gossipServices.GossipService, { read: this.gossip() });
    const { tls } = this.options;
    const credentials =
      tls === undefined
        ? ServerCredentials.createInsecure()
        : ServerCredentials.createSsl(null, [
            { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) },
          ]);
    this.inside = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', credentials, (error, port) => (error ? reject(error) : resolve(port))),
    );
    this.server = server;
    await this.wire.open(this.inside);
  }

  /** Ends at once, as a killed process does. What was written stays in the log. */
  async stop(): Promise<void> {
    await this.wire.close();
    this.server?.forceShutdown();
    this.server = undefined;
    this.log.wake();
  }

  refusal(purpose: Purpose): Refusal | undefined {
    const refusal = refusalOf(this.faults);
    if (refusal !== undefined || this.membership === undefined) return refusal;
    const leader = this.membership.leader();
    if (leader === this || purpose === 'read') return undefined;
    if (leader === undefined) return { code: status.UNAVAILABLE, details: 'Server Is Not Ready', trailers: {} };
    // Followers pass appends on to the leader; the log is one, so that nothing else is left to do.
    return purpose === 'append'
      ? undefined
      : refusalOf(Object.assign(new Faults(), { notLeader: { host: '127.0.0.1', port: leader.port } }));
  }

  isAllowed(metadata: Metadata): boolean {
    const { credentials } = this.faults;
    if (credentials === undefined) return true;
    return metadata.get('authorization')[0] === `Basic ${Buffer.from(credentials).toString('base64')}`;
  }

  private supportedMethods(): handleUnaryCall<Empty, SupportedMethods> {
    // Anybody may ask this; the client does not sign in for it.
    return (_call, answer) => {
      const methods = new featuresPb.SupportedMethods().setEventStoreServerVersion('24.6.0.0');
      for (const method of ['Read', 'Append', 'BatchAppend', 'Delete', 'Tombstone']) {
        const supported = new featuresPb.SupportedMethod()
          .setServiceName('event_store.client.streams.streams')
          .setMethodName(method.toLowerCase());
        methods.addMethods(supported);
      }
      answer(null, methods);
    };
  }

  private gossip(): handleUnaryCall<Empty, ClusterInfo> {
    const { FOLLOWER, LEADER } = gossipPb.MemberInfo.VNodeState;
    return (_call, answer) => {
      const info = new gossipPb.ClusterInfo();
      const alone = [{ port: this.port, isAlive: true, isLeader: true }];
      for (const { port, isAlive, isLeader } of this.membership?.members() ?? alone) {
        info.addMembers(
          new gossipPb.MemberInfo()
            .setIsAlive(isAlive)
            .setState(isLeader ? LEADER : FOLLOWER)
            .setHttpEndPoint(new gossipPb.EndPoint().setAddress('127.0.0.1').setPort(port)),
        );
      }
      answer(null, info);
    };
  }
}
