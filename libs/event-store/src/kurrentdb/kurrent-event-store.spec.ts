import { eventStoreContract, type StoreUnderContract } from '../contract/event-store.contract.js';
import { KurrentDouble } from '../testing/kurrentdb-double/index.js';
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
    skipPositions: (to) => double!.log.skipTo(to),
    cleanUp: () => double?.stop(),
  };
}

eventStoreContract('KurrentDB double', overDouble);
