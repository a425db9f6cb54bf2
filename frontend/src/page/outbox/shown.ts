// What shows entries that wait: most people never have one, so it is a file of its own.
export { Page } from "./page.ts";
export { showWaitingList } from "./waiting_list.ts";
