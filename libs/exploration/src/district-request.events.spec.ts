import { goldenEvents } from '@waymark/kernel/testing';
import { districtRequestCatalogue } from './district-request.events.js';

goldenEvents(districtRequestCatalogue, 'district-request.events.golden.json');
