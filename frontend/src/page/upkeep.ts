// What is looked after on every page once it is quiet: the service worker, a new version, reminders that got lost, travel.
import { startPush } from "./push/at_start.ts";
import { registerServiceWorker } from "./service_worker.ts";

registerServiceWorker();
startPush(document.body);
