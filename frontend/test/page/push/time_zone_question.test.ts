import assert from "node:assert/strict";
import { test } from "node:test";
import { offsetsAgree, placeOf, sameClocks, timeIn } from "../../../src/page/push/clocks.ts";
import { zoneToAskAbout } from "../../../src/page/push/time_zone_question.ts";
import { forgetZoneAnswers, noteAsked, wasAsked } from "../../../src/page/push/zone_answers.ts";
import { noStorage, storage } from "./playing.ts";

const WINTER = Date.UTC(2026, 0, 15, 12);
const SUMMER = Date.UTC(2026, 6, 15, 12);

test("zones with the same clocks are one place, whatever they are called", () => {
  const same: [string, string][] = [
    ["Europe/Kiev", "Europe/Kyiv"],
    ["Asia/Calcutta", "Asia/Kolkata"],
    ["US/Eastern", "America/New_York"],
    ["Europe/London", "Europe/Lisbon"],
    ["Europe/Berlin", "Europe/Paris"],
    ["UTC", "Etc/UTC"],
    ["Asia/Katmandu", "Asia/Kathmandu"],
  ];
  for (const [one, other] of same) assert.ok(sameClocks(one, other, WINTER), `${one} ${other}`);
});

test("zones whose clocks differ within two weeks are two places", () => {
  const different: [string, string, number][] = [
    ["Europe/London", "Europe/Paris", WINTER],
    ["Europe/London", "UTC", SUMMER],
    ["America/Phoenix", "America/Denver", SUMMER],
    ["Asia/Kolkata", "Asia/Kathmandu", WINTER],
    ["Australia/Sydney", "Australia/Brisbane", WINTER],
    ["Australia/Lord_Howe", "Australia/Sydney", SUMMER],
    ["Pacific/Apia", "Pacific/Pago_Pago", WINTER],
    ["Europe/London", "UTC", Date.UTC(2026, 2, 20, 12)],
  ];
  for (const [one, other, now] of different) assert.ok(!sameClocks(one, other, now), `${one} ${other}`);
});

test("clocks that part later in the year are not asked about yet", () => {
  assert.ok(sameClocks("Europe/London", "UTC", WINTER));
  assert.ok(sameClocks("America/Phoenix", "America/Denver", WINTER));
});

test("a zone that the browser does not know is nothing to ask about", () => {
  assert.ok(sameClocks("Europe/London", "Mars/Olympus_Mons", WINTER));
});

test("as far from UTC as the page says, now and in two weeks, is the same place", () => {
  const beforeTheChange = Date.UTC(2026, 9, 20, 12);
  const london = (at: number): number => (at < Date.UTC(2026, 9, 25, 1) ? 60 : 0);
  assert.ok(offsetsAgree("60 0", beforeTheChange, london));
  assert.ok(!offsetsAgree("60 60", beforeTheChange, london));
  assert.ok(!offsetsAgree("0 0", beforeTheChange, london));
  assert.ok(!offsetsAgree("", beforeTheChange, london));
  assert.ok(offsetsAgree("-210 -210", WINTER, () => -210));
});

test("it is asked once for each place, and again by somebody else or after a move", () => {
  const kept = storage();
  const open = (): Storage => kept;
  const ask = (user: string, account: string, here: string): string => zoneToAskAbout(user, account, WINTER, here, open);
  assert.equal(ask("ana", "Europe/London", "Europe/Paris"), "Europe/Paris");
  noteAsked("ana", "Europe/London", "Europe/Paris", open);
  assert.equal(ask("ana", "Europe/London", "Europe/Paris"), "");
  assert.equal(ask("ana", "Europe/London", "Asia/Tokyo"), "Asia/Tokyo");
  noteAsked("ana", "Europe/London", "Asia/Tokyo", open);
  assert.equal(ask("ana", "Europe/London", "Europe/Paris"), "");
  assert.equal(ask("ben", "Europe/London", "Europe/Paris"), "Europe/Paris");
  assert.equal(ask("ana", "Asia/Tokyo", "Europe/Paris"), "Europe/Paris");
  assert.equal(ask("ana", "Europe/London", "Europe/London"), "");
  forgetZoneAnswers(open);
  assert.ok(!wasAsked("ana", "Europe/London", "Europe/Paris", open));
});

test("without storage, or with something else in it, it is asked", () => {
  assert.equal(zoneToAskAbout("ana", "Europe/London", WINTER, "Europe/Paris", noStorage), "Europe/Paris");
  noteAsked("ana", "Europe/London", "Europe/Paris", noStorage);
  for (const odd of ["{", "null", "[]", '{"zones":"Europe/Paris"}']) {
    const kept = storage({ "good-days.zone-answers": odd });
    assert.equal(zoneToAskAbout("ana", "Europe/London", WINTER, "Europe/Paris", () => kept), "Europe/Paris");
  }
});

test("nothing is known without a zone on either side", () => {
  assert.equal(zoneToAskAbout("ana", "", WINTER, "Europe/Paris"), "");
  assert.equal(zoneToAskAbout("ana", "Europe/London", WINTER, ""), "");
});

test("places and times read as people say them", () => {
  assert.equal(placeOf("America/Argentina/Buenos_Aires"), "Buenos Aires");
  assert.equal(placeOf("UTC"), "UTC");
  assert.equal(timeIn("Europe/Paris", WINTER), "13:00");
  assert.equal(timeIn("UTC", Date.UTC(2026, 0, 15, 0, 5)), "00:05");
});
