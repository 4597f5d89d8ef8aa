// A buyer on matrix-js-sdk with rust crypto, the core of Element Web.
//
//   PPV_PASSWORD=… node buyer.mjs --homeserver URL --user ID [--mode all|signed] [--seconds N]
//
// Accepts every invitation and prints one JSON object a line: {"kind": "ready" | "joined" | "message", …}.
// A message that cannot be decrypted is printed with its failure, and again if the key arrives later.
// Attachments are downloaded and decrypted, and only their size and SHA-256 are printed.
// "signed" trusts no device that its owner has not cross-signed (MSC4153). Ends with its standard input,
// on which it takes orders, one JSON object a line: {"chat": user} opens an encrypted direct room with
// them, {"say": text, "room_id": …} talks there.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

Promise.withResolvers ??= () => {
    const parts = {};
    parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
    return parts;
};
globalThis.crypto ??= (await import("node:crypto")).webcrypto;
globalThis.window ??= globalThis; // where matrix-encrypt-attachment looks for WebCrypto
for (const level of ["trace", "debug", "log", "info", "warn", "error"]) console[level] = () => {};

const sdk = await import("matrix-js-sdk");
const { AllDevicesIsolationMode, OnlySignedDevicesIsolationMode } = await import(
    "matrix-js-sdk/lib/crypto-api/index.js"
);
const { default: attachments } = await import("matrix-encrypt-attachment");

const { values: options } = parseArgs({
    options: {
        homeserver: { type: "string" },
        user: { type: "string" },
        mode: { type: "string", default: "all" },
        seconds: { type: "string" },
    },
});

const tell = (line) => process.stdout.write(JSON.stringify(line) + "\n");

async function logIn() {
    const login = await sdk.createClient({ baseUrl: options.homeserver }).loginRequest({
        type: "m.login.password",
        identifier: { type: "m.id.user", user: options.user },
        password: process.env.PPV_PASSWORD,
    });
    const client = sdk.createClient({
        baseUrl: options.homeserver,
        userId: login.user_id,
        deviceId: login.device_id,
        accessToken: login.access_token,
    });
    await client.initRustCrypto({ useIndexedDB: false });
    const onlySigned = options.mode === "signed";
    // Who asks it of others must be cross-signed too, before they can send. The first upload asks for no password.
    if (onlySigned) {
        await client.getCrypto().bootstrapCrossSigning({ authUploadDeviceSigningKeys: (upload) => upload(null) });
    }
    client
        .getCrypto()
        .setDeviceIsolationMode(onlySigned ? new OnlySignedDevicesIsolationMode() : new AllDevicesIsolationMode(false));
    return client;
}

async function open(client, file) {
    try {
        const url = client.mxcUrlToHttp(file.url, undefined, undefined, undefined, false, true, true);
        const response = await fetch(url, { headers: { Authorization: `Bearer ${client.getAccessToken()}` } });
        if (!response.ok) throw new Error(`HTTP ${response.status}`);
        const plaintext = Buffer.from(await attachments.decryptAttachment(await response.arrayBuffer(), file));
        return { sha256: createHash("sha256").update(plaintext).digest("hex"), size: plaintext.length };
    } catch (error) {
        return { error: error.message };
    }
}

async function report(client, event) {
    const content = event.getContent();
    const line = {
        kind: "message",
        room_id: event.getRoomId(),
        event_id: event.getId(),
        sender: event.getSender(),
        encrypted: event.isEncrypted(),
    };
    if (event.isDecryptionFailure()) {
        tell({ ...line, failure: event.decryptionFailureReason });
        return;
    }
    if (event.getType() !== "m.room.message") return;
    Object.assign(line, { msgtype: content.msgtype, body: content.body, filename: content.filename });
    if (event.isEncrypted()) {
        const crypto = client.getCrypto();
        line.shield = (await crypto.getEncryptionInfoForEvent(event))?.shieldReason;
        const device = event.getWireContent().device_id;
        const status = await crypto.getDeviceVerificationStatus(event.getSender(), device);
        line.signed_by_owner = status?.signedByOwner ?? null;
    }
    if (content.file) line.file = await open(client, content.file);
    if (content.info?.thumbnail_file) line.thumbnail_file = await open(client, content.info.thumbnail_file);
    tell(line);
}

async function obey(client, order) {
    if (order.chat) {
        const room = await client.createRoom({
            preset: "private_chat",
            is_direct: true,
            invite: [order.chat],
            initial_state: [
                { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
            ],
        });
        tell({ kind: "chat", room_id: room.room_id });
    } else {
        const sent = await client.sendTextMessage(order.room_id, order.say);
        tell({ kind: "said", event_id: sent.event_id, text: order.say });
    }
}

const client = await logIn();
client.on("RoomMember.membership", async (_event, member) => {
    if (member.userId !== client.getUserId() || member.membership !== "invite") return;
    await client.joinRoom(member.roomId);
    tell({ kind: "joined", room_id: member.roomId });
});
client.on("Room.timeline", (event, _room, toStart) => {
    if (toStart || event.getSender() === client.getUserId()) return;
    if (event.isEncrypted()) client.decryptEventIfNeeded(event);
    else report(client, event);
});
client.on("Event.decrypted", (event) => report(client, event));

createInterface({ input: process.stdin })
    .on("line", (line) => obey(client, JSON.parse(line)).catch((error) => tell({ kind: "refused", error: error.message })))
    .on("close", () => process.exit(0));
if (options.seconds) setTimeout(() => process.exit(0), 1000 * Number(options.seconds));
client.once("sync", () => tell({ kind: "ready", device_id: client.getDeviceId(), mode: options.mode }));
await client.startClient({ initialSyncLimit: 50 });
