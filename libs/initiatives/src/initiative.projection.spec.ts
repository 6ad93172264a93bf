import type { StoredEvent } from '@waymark/kernel';
import { projectionLaws } from '@waymark/read-store/testing';
import { initiativeCatalogue as catalogue } from './initiative.events.js';
import { initiativeProjection as projection } from './initiative.projection.js';
import { inventoryHistory } from './testing/inventory-history.js';

let history: readonly StoredEvent[];
beforeAll(async () => {
  history = await inventoryHistory();
});

projectionLaws('inventories', { projection, catalogue, events: () => history });
