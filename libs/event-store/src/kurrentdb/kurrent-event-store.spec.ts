import { eventStoreContract, type StoreUnderContract } from '../contract/event-store.contract.js';
import { KurrentDouble } from '../testing/kurrentdb-double/index.js';
import { type Corner, newCorner, ownCorner } from '../testing/own-corner.js';
import { openKurrentEventStore } from './index.js';

function overDouble(): StoreUnderContract {
  let double: KurrentDouble | undefined;
  const reopen = () => openKurrentEventStore({ url: double!.url });
  return {
    async open() {
      double = await KurrentDouble.start();
      return reopen();
    },
    reopen,
    another: reopen,
    disturb: {
      // There are no transactions to be kept open.
      holdTransaction: async () => async () => undefined,
      cutConnections: async () => double!.drop(),
    },
    skipPositions: (to) => double!.log.skipTo(to),
    cleanUp: () => double?.stop(),
  };
}

/** A server cannot be emptied: each case gets a corner of its own. */
function overServer(url: string): StoreUnderContract {
  let corner: Corner;
  const reopen = async () => ownCorner(await openKurrentEventStore({ url }), corner);
  return {
    async open() {
      const store = await openKurrentEventStore({ url });
      corner = await newCorner(store);
      return ownCorner(store, corner);
    },
    reopen,
    another: reopen,
  };
}

eventStoreContract('KurrentDB double', overDouble);

const server = process.env['KURRENTDB_URL'];
if (server !== undefined) eventStoreContract('KurrentDB server', () => overServer(server));
