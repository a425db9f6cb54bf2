// The npm package web-push, tuned: connections stay open, and a hundred messages are under way.
//
// node web_push.mjs FILE COUNT [once]: sends COUNT messages to the subscriptions in FILE and prints
// one line of JSON, as ways.py does. By itself it signs every message; with "once" it is given a
// header that was signed before.
import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import webPush from "web-push";

const AT_ONCE = 100;
const [file, countText, once] = process.argv.slice(2);
const order = JSON.parse(readFileSync(file, "utf8"));
const count = Number(countText);

const agent = new Agent({
  keepAlive: true,
  maxSockets: AT_ONCE,
  maxFreeSockets: AT_ONCE,
  ca: readFileSync(order.certificate),
});
const { subject, public_key: publicKey, private_key: privateKey } = order;
const origin = `https://${order.host}`;
const signed = once
  ? { headers: webPush.getVapidHeaders(origin, subject, publicKey, privateKey, "aes128gcm") }
  : { vapidDetails: { subject, publicKey, privateKey } };

const topic = () =>
  createHash("sha256").update(randomUUID()).digest().subarray(0, 24).toString("base64url");

async function send(number) {
  const subscription = order.subscriptions[number % order.subscriptions.length];
  const { statusCode } = await webPush.sendNotification(subscription, order.payload, {
    agent,
    ...signed,
    TTL: 7200,
    topic: topic(),
    urgency: "high",
  });
  if (statusCode !== 201) throw new Error(`Not sent: ${statusCode}`);
}

async function sendAll(messages) {
  let next = 0;
  const lane = async () => {
    while (next < messages) await send(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

await sendAll(Math.max(1, Math.floor(count / 10)));
const cpu = process.cpuUsage();
const began = performance.now();
await sendAll(count);
const { user, system } = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    messages: count,
    cpu_s: (user + system) / 1e6,
    wall_s: (performance.now() - began) / 1e3,
  }),
);
process.exit(0);
