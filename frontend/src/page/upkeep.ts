// What is looked after on every page once it is quiet: the service worker, a new version, reminders that got lost, travel,
// and that this phone can do without a network.
import { sayThatItIsKept } from "./offline/kept_line.ts";
import { startWarming } from "./offline/warming.ts";
import { watchLeaving } from "./offline/left.ts";
import { startPush } from "./push/at_start.ts";
import { registerServiceWorker } from "./service_worker.ts";

registerServiceWorker();
startPush(document.body);
sayThatItIsKept(document);
startWarming(document.body);
watchLeaving();
