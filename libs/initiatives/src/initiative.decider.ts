import { type Decider, streamName } from '@waymark/kernel';
import type { InitiativeCommand } from './initiative-commands.js';
import { entryHandlers } from './initiative-entries.js';
import type { Handlers, InventoryEvents } from './initiative-guards.js';
import { judgementHandlers } from './initiative-judgements.js';
import { staffingHandlers } from './initiative-staffing.js';
import { emptyInventory, evolveInventory, type InventoryState } from './initiative-state.js';
import { type InitiativeEvent, initiativeCatalogue } from './initiative.events.js';

const handlers: Handlers = { ...entryHandlers, ...judgementHandlers, ...staffingHandlers };

/** The inventory of an agency, a district or a school, in one stream so that names stay unique in it. */
export const initiativeDecider: Decider<InventoryState, InitiativeCommand, InitiativeEvent> = {
  category: 'initiativeInventory',
  catalogue: initiativeCatalogue,
  initial: emptyInventory,
  stream: ({ ownerId }) => streamName('initiativeInventory', ownerId),
  decide(command, state) {
    const handle = handlers[command.type] as (of: typeof command, state: InventoryState) => InventoryEvents;
    return handle(command, state);
  },
  evolve: evolveInventory,
};
