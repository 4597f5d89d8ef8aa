BEGIN TRANSACTION;
CREATE TABLE admin_acts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cause TEXT NOT NULL UNIQUE,
    admin TEXT NOT NULL,
    deed TEXT NOT NULL,
    about TEXT NOT NULL,
    words TEXT NOT NULL,
    done_at TEXT NOT NULL
) STRICT;
INSERT INTO "admin_acts" VALUES(1,'$block','@dora:test','block','@blocked:test','spam','2026-11-23T12:07:00.000000+00:00');
CREATE TABLE attachments (
    offer TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    paid INTEGER NOT NULL,
    info TEXT NOT NULL,
    source TEXT NOT NULL,
    sent_at TEXT NOT NULL,
    thumbnail_source TEXT,
    thumbnail TEXT,
    teaser BLOB,
    fault TEXT,
    exposed_for REAL,
    purged INTEGER NOT NULL, gated INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (offer, id),
    UNIQUE (offer, position)
) STRICT;
INSERT INTO "attachments" VALUES('7qdaz7fsnb',0,'4w68qry7e02977m1','harbour.png','m.image',1,'{"duration_ms":null,"height":1200,"mimetype":"image/png","size":29,"width":1600}','{"encrypted":null,"event":"$event2","room":"!studio:test","url":"mxc://test/upload0"}','2026-11-23T12:00:00.000000+00:00',NULL,'{"height":600,"mimetype":"image/jpeg","width":800}',X'746561736572',NULL,NULL,0,0);
INSERT INTO "attachments" VALUES('rqx6sjw38q',0,'a3spkfymg8kbphz8','quay.png','m.image',1,'{"duration_ms":null,"height":1200,"mimetype":"image/png","size":30,"width":1600}','{"encrypted":null,"event":"$event18","room":"!studio:test","url":"mxc://test/upload5"}','2026-11-23T12:01:00.000000+00:00',NULL,'{"height":600,"mimetype":"image/jpeg","width":800}',X'746561736572',NULL,NULL,0,0);
INSERT INTO "attachments" VALUES('khp86gj84e',0,'43ggzegnmzeprrjh','dawn.png','m.image',1,'{"duration_ms":null,"height":1200,"mimetype":"image/png","size":30,"width":1600}','{"encrypted":null,"event":"$event23","room":"!studio:test","url":"mxc://test/upload9"}','2026-11-23T12:02:00.000000+00:00',NULL,'{"height":600,"mimetype":"image/jpeg","width":800}',X'746561736572',NULL,NULL,0,0);
INSERT INTO "attachments" VALUES('p585g2jwh4',0,'pjr2ky1gsd95xdyt','mole.png','m.image',1,'{"duration_ms":null,"height":1200,"mimetype":"image/png","size":30,"width":1600}','{"encrypted":null,"event":"$event27","room":"!studio:test","url":"mxc://test/upload12"}','2026-11-23T12:04:00.000000+00:00',NULL,'{"height":600,"mimetype":"image/jpeg","width":800}',X'746561736572',NULL,NULL,0,0);
INSERT INTO "attachments" VALUES('stfw99hrsw',0,'gcvvdnqrvnbdxb24','pier.png','m.image',1,'{"duration_ms":null,"height":null,"mimetype":"image/png","size":null,"width":null}','{"encrypted":null,"event":"$event30","room":"!studio:test","url":"mxc://test/upload13"}','2026-11-23T12:06:00.000000+00:00',NULL,NULL,NULL,NULL,NULL,0,0);
CREATE TABLE attempts (
    purchase TEXT NOT NULL REFERENCES purchases (id),
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    session TEXT UNIQUE,
    url TEXT,
    request TEXT NOT NULL,
    PRIMARY KEY (purchase, number)
) STRICT;
INSERT INTO "attempts" VALUES('ptz1ysjd51dc58jjq607ja582',1,'complete','cs_test_0000000000',NULL,'{"account":null,"attempt":1,"cancel_url":"https://ppv.test/m/7qdaz7fsnb?for=pOUY8c31tkxdMc8CYuHi99zT","commission":null,"expires_at":"2026-11-23T12:45:00.000000+00:00","invoice":false,"managed":false,"price":{"currency":"usd","minor":500},"purchase":"ptz1ysjd51dc58jjq607ja582","success_url":"https://ppv.test/api/stripe/chatmessages/success?session_id={CHECKOUT_SESSION_ID}","tax":"none","terms":null,"title":"Paid message from Alice"}');
INSERT INTO "attempts" VALUES('p4znm1n9620dgepwzw1ftewzy',1,'complete','cs_test_0000000001',NULL,'{"account":null,"attempt":1,"cancel_url":"https://ppv.test/m/7qdaz7fsnb?for=NvRd4rPKWlRpZQm_hqqHe-01","commission":null,"expires_at":"2026-11-23T12:45:00.000000+00:00","invoice":false,"managed":false,"price":{"currency":"usd","minor":500},"purchase":"p4znm1n9620dgepwzw1ftewzy","success_url":"https://ppv.test/api/stripe/chatmessages/success?session_id={CHECKOUT_SESSION_ID}","tax":"none","terms":null,"title":"Paid message from Alice"}');
INSERT INTO "attempts" VALUES('p49yjj9j4mrhep7zgne73h4n4',1,'open','cs_test_0000000002','https://checkout.stripe.com/c/pay/cs_test_0000000002','{"account":null,"attempt":1,"cancel_url":"https://ppv.test/m/7qdaz7fsnb?for=0L_rDLy-0UBGmbtspYsc94DQ","commission":null,"expires_at":"2026-11-23T12:45:00.000000+00:00","invoice":false,"managed":false,"price":{"currency":"usd","minor":500},"purchase":"p49yjj9j4mrhep7zgne73h4n4","success_url":"https://ppv.test/api/stripe/chatmessages/success?session_id={CHECKOUT_SESSION_ID}","tax":"none","terms":null,"title":"Paid message from Alice"}');
INSERT INTO "attempts" VALUES('pm1pcdvs8pg36vc7y7wz4fsmc',1,'open','cs_test_0000000003','https://checkout.stripe.com/c/pay/cs_test_0000000003','{"account":null,"attempt":1,"cancel_url":"https://ppv.test/m/7qdaz7fsnb?for=d0SqcLEsXxGGulntEV3KLFyu","commission":null,"expires_at":"2026-11-23T12:45:00.000000+00:00","invoice":false,"managed":false,"price":{"currency":"usd","minor":500},"purchase":"pm1pcdvs8pg36vc7y7wz4fsmc","success_url":"https://ppv.test/api/stripe/chatmessages/success?session_id={CHECKOUT_SESSION_ID}","tax":"none","terms":null,"title":"Paid message from Alice"}');
INSERT INTO "attempts" VALUES('phtdwkf1ezqas0d4fjkv4n8sh',1,'open','cs_test_0000000004','https://checkout.stripe.com/c/pay/cs_test_0000000004','{"account":null,"attempt":1,"cancel_url":"https://ppv.test/m/7qdaz7fsnb?for=Wr8WDfKfY58KwUb3WHiSLVuc","commission":null,"expires_at":"2026-11-23T12:45:00.000000+00:00","invoice":false,"managed":false,"price":{"currency":"usd","minor":500},"purchase":"phtdwkf1ezqas0d4fjkv4n8sh","success_url":"https://ppv.test/api/stripe/chatmessages/success?session_id={CHECKOUT_SESSION_ID}","tax":"none","terms":null,"title":"Paid message from Alice"}');
INSERT INTO "attempts" VALUES('p1hx775kw4xzncym0xt2scf9q',1,'complete','cs_test_0000000005',NULL,'{"account":null,"attempt":1,"cancel_url":"https://ppv.test/m/7qdaz7fsnb?for=AUv5hPnAgxaOj05GmBdYADys","commission":null,"expires_at":"2026-11-23T12:45:00.000000+00:00","invoice":false,"managed":false,"price":{"currency":"usd","minor":500},"purchase":"p1hx775kw4xzncym0xt2scf9q","success_url":"https://ppv.test/api/stripe/chatmessages/success?session_id={CHECKOUT_SESSION_ID}","tax":"none","terms":null,"title":"Paid message from Alice"}');
INSERT INTO "attempts" VALUES('pke0bb2sss4kky57135zf8wtm',1,'complete','cs_test_0000000006',NULL,'{"account":null,"attempt":1,"cancel_url":"https://ppv.test/m/rqx6sjw38q?for=epz6k-lN1WFzhJhTQhZaocWU","commission":null,"expires_at":"2026-11-23T12:46:00.000000+00:00","invoice":false,"managed":false,"price":{"currency":"usd","minor":600},"purchase":"pke0bb2sss4kky57135zf8wtm","success_url":"https://ppv.test/api/stripe/chatmessages/success?session_id={CHECKOUT_SESSION_ID}","tax":"none","terms":null,"title":"Paid message from Alice"}');
CREATE TABLE blocks (
    user_id TEXT PRIMARY KEY
) STRICT;
INSERT INTO "blocks" VALUES('@blocked:test');
CREATE TABLE claims (
    id TEXT PRIMARY KEY,
    purchase TEXT NOT NULL REFERENCES purchases (id),
    code TEXT NOT NULL,
    made_at TEXT NOT NULL,
    proven_at TEXT
) STRICT;
INSERT INTO "claims" VALUES('7d5f915aefab19e952fdd876fe5df23b517e468eaec3655ba9f819de4f3cd559','ptz1ysjd51dc58jjq607ja582','325429','2026-11-23T12:00:00.000000+00:00',NULL);
CREATE TABLE deliveries (
    purchase TEXT NOT NULL REFERENCES purchases (id),
    round INTEGER NOT NULL,
    requested_at TEXT NOT NULL,
    room TEXT,
    done_at TEXT, taken_back_at TEXT, payment TEXT, obstacle TEXT,
    PRIMARY KEY (purchase, round)
) STRICT;
INSERT INTO "deliveries" VALUES('ptz1ysjd51dc58jjq607ja582',1,'2026-11-23T12:00:00.000000+00:00','!direct3:test','2026-11-23T12:00:00.000000+00:00',NULL,'pi_cs_test_0000000000',NULL);
INSERT INTO "deliveries" VALUES('p4znm1n9620dgepwzw1ftewzy',1,'2026-11-23T12:00:00.000000+00:00','!direct4:test','2026-11-23T12:00:00.000000+00:00',NULL,'pi_cs_test_0000000001',NULL);
INSERT INTO "deliveries" VALUES('p1hx775kw4xzncym0xt2scf9q',1,'2026-11-23T12:00:00.000000+00:00',NULL,NULL,NULL,'pi_cs_test_0000000005','shut');
INSERT INTO "deliveries" VALUES('pke0bb2sss4kky57135zf8wtm',1,'2026-11-23T12:01:00.000000+00:00','!direct3:test','2026-11-23T12:01:00.000000+00:00',NULL,'pi_cs_test_0000000006',NULL);
CREATE TABLE direct_rooms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    room TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL
) STRICT;
INSERT INTO "direct_rooms" VALUES(1,'!studio:test','@alice:test');
INSERT INTO "direct_rooms" VALUES(2,'!direct3:test','@bob:test');
INSERT INTO "direct_rooms" VALUES(3,'!direct4:test','@frank:test');
INSERT INTO "direct_rooms" VALUES(4,'!direct5:test','@carol:test');
INSERT INTO "direct_rooms" VALUES(5,'!direct6:test','@greta:test');
INSERT INTO "direct_rooms" VALUES(6,'!direct7:test','@emil:test');
INSERT INTO "direct_rooms" VALUES(7,'!direct8:test','@heidi:test');
INSERT INTO "direct_rooms" VALUES(8,'!direct9:test','@dave:test');
CREATE TABLE handed (
    purchase TEXT NOT NULL,
    round INTEGER NOT NULL,
    position INTEGER NOT NULL,
    attachment TEXT NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (purchase, round, position),
    FOREIGN KEY (purchase, round) REFERENCES deliveries (purchase, round) ON DELETE CASCADE
) STRICT;
INSERT INTO "handed" VALUES('ptz1ysjd51dc58jjq607ja582',1,0,'4w68qry7e02977m1','$sent11');
INSERT INTO "handed" VALUES('p4znm1n9620dgepwzw1ftewzy',1,0,'4w68qry7e02977m1','$sent16');
INSERT INTO "handed" VALUES('pke0bb2sss4kky57135zf8wtm',1,0,'a3spkfymg8kbphz8','$sent40');
CREATE TABLE handovers (
    name TEXT PRIMARY KEY,
    room TEXT NOT NULL,
    sender TEXT NOT NULL,
    content TEXT NOT NULL,
    received_at TEXT NOT NULL
, event TEXT) STRICT;
INSERT INTO "handovers" VALUES('one','!lounge:test','@alice:test','{"body":"!ppv 8 USD Lighthouse","filename":"one.png","info":{"mimetype":"image/png"},"msgtype":"m.image","url":"mxc://test/upload10"}','2026-11-23T12:03:00.000000+00:00',NULL);
INSERT INTO "handovers" VALUES('two','!lounge:test','@alice:test','{"body":"!ppv 8 USD Buoy","filename":"two.png","info":{"mimetype":"image/png"},"msgtype":"m.image","url":"mxc://test/upload11"}','2026-11-23T12:03:00.000000+00:00',NULL);
CREATE TABLE inbox (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    received_at TEXT NOT NULL,
    PRIMARY KEY (source, id)
) STRICT;
INSERT INTO "inbox" VALUES('transaction','1 74917fc4feb6261f2b52d14831aa03b8c8f1f69365e89495f0ce29d389db5e1e','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event1','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','2 ec79bcc314e1332c7f361d3302e4a000e4e41d7561b1a173bc7eb5adc9849e75','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event2','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','3 dfd282f2dc5547884ad5d5971ab2159cc05740225ab2282baf313b2c79ddb47a','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event3','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','4 06eb392e606ee495568bf8d05254cd43388b934c9878a616cec430ac86b7a65e','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event4','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','5 48c7134d89ea756f83d4a5dcb176a19fc12717472daf770423fc1ab9582c77d0','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event5','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','6 21463c06630fc0ed4f13ddbfe96748e83fc103623f56a51e5e4600e73fe41fdd','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event6','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('payment','evt_0','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','7 bfa41e6041b8f0e0f7bfa1136fec5b4c1abe54aa16fd2ddb9741c5f0bb81fd75','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event7','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('payment','evt_1','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','8 f32c70ad8b3c4cdde039b3baeb3d60669c5e517bc217826f4a8e7d001d3da5ff','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event8','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','9 e67c21eb313f9096f365aa533052ee5cb2c2eddd13e1bfdd8f10f8c0e68c58aa','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event9','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','10 759b5503e8fbe681a218df9e3b2f4b5f1d53d67b7629bde6f5cb297660ac994b','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event10','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','11 f23b43b282e5af7ce41398a6579134c8594c3d5d45a403eb3ba3d1e55f03d471','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event11','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('payment','evt_2','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','12 16bf536c61b3ee289647edb612e2161156bf838236af9bfe73891d2017129f32','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event12','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','13 de5a0c86ee1091249937fac8f3135bafb7a0bf328c82f53009d9c26cfe12275c','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event13','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','14 b40b52a45b3c235a95d32fac50af8cf519e66890b4fc7402039f52b80f629446','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event14','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','15 8f28c20758260f54e6eb801545304ce414fcb4499adf509f79c36475c09fd444','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event15','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','16 9adbf594e65d07b0f69c4cb9a1a2e8a5f5dba66bc0d775c85dc4b0f995fa314f','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event16','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','17 395fef6f96a19313d5410e575c73a60d140de068ed74ec23438d0068da1e8f8c','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event17','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','18 3ec68ab56ff82a2319a7596faf7b842187c0250679da5542a36dbd301b7aabc0','2026-11-23T12:01:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event18','2026-11-23T12:01:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','19 79f5b8fccc362dda9a82732926c158ad7652c549b2c184e1ce0ae566c0699730','2026-11-23T12:01:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event19','2026-11-23T12:01:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','20 95d0e272b4e6ac0961f1376b1a1777c4e20f4c0c59710ce6fab5091ffddf0847','2026-11-23T12:01:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event20','2026-11-23T12:01:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','21 441e6b98f96dcfdb5c07c2d6c97eb7ae762213f507938f8f7a49ea3aaf6949f9','2026-11-23T12:01:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event21','2026-11-23T12:01:00.000000+00:00');
INSERT INTO "inbox" VALUES('payment','evt_3','2026-11-23T12:01:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','22 85cba736bf6dfbd380b9e5adac371ece687dd30554c1a4aa392d512044779175','2026-11-23T12:01:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event22','2026-11-23T12:01:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','23 313ce94c5e2fff8705173f6beda982a84bd758c76775adaa55aafd8bf05bccc2','2026-11-23T12:02:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event23','2026-11-23T12:02:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','24 7d290ddefb2b17bef4555beb2be3e8b0dbfff7fb30d6efd7bf13ce89c2831e38','2026-11-23T12:02:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event24','2026-11-23T12:02:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','25 b01f30192e3cdbb58c434daec29be3b5fc07ab9591aeb696afdabe26400615b8','2026-11-23T12:04:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event27','2026-11-23T12:04:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','26 52b57172c4f92c064a4e96e12c665d08674f972d0b044cd12fe4b9c6ab28b2dd','2026-11-23T12:04:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event28','2026-11-23T12:04:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','27 e2456475c36410cca5d38a8f3d416597765cca8bc61c542aeb0367da4ebc4a55','2026-11-23T12:05:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event29','2026-11-23T12:05:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','28 7196f4c6c0bb02e228bf10eff579693c762b1ed7a6b041dd8acbb3bb5ab91af0','2026-11-23T12:06:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event30','2026-11-23T12:06:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','29 4e9276d0d3b108d348284e544ea6fc211cc477106d3895896fd0a3ac48bdceab','2026-11-23T12:06:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event31','2026-11-23T12:06:00.000000+00:00');
INSERT INTO "inbox" VALUES('transaction','t-last 94c179bd418b7142b8f375c40b14fa172a4d323e346b9b58ed2dfba29f9c2e3e','2026-11-23T12:07:00.000000+00:00');
INSERT INTO "inbox" VALUES('event','$event32','2026-11-23T12:07:00.000000+00:00');
INSERT INTO "inbox" VALUES('payment','evt_4','2026-11-23T12:07:00.000000+00:00');
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    lane TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'dead')),
    due_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    claims INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    last_error TEXT
) STRICT;
INSERT INTO "jobs" VALUES(4,'read_events','{}','reconcile:events','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:00:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(5,'audit','{}','reconcile:audit','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:00:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(6,'tidy_up','{}','tidying','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:00:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(36,'deliver','{"buyer":"@heidi:test","purchase":"p1hx775kw4xzncym0xt2scf9q","round":1}','buyer:@heidi:test ','waiting','2026-11-24T12:00:00.000000+00:00','2026-11-23T12:00:00.000000+00:00',1,0,'purchase p1hx775kw4xzncym0xt2scf9q cannot be handed over yet: @heidi:test takes no invitations.');
INSERT INTO "jobs" VALUES(61,'destroy_keys','{"offer":"rqx6sjw38q"}','destroy:rqx6sjw38q','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:01:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(74,'publish_later','{"at":"2026-12-01T17:00:00+00:00","offer":"khp86gj84e"}','planned:khp86gj84e 2026-12-01T17:00:00+00:00','waiting','2026-12-01T17:00:00.000000+00:00','2026-11-23T12:02:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(78,'watch','{"looks":2,"session":"cs_test_0000000002"}','watch:cs_test_0000000002','waiting','2026-11-23T12:08:00.000000+00:00','2026-11-23T12:04:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(80,'watch','{"looks":2,"session":"cs_test_0000000003"}','watch:cs_test_0000000003','waiting','2026-11-23T12:08:00.000000+00:00','2026-11-23T12:04:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(82,'watch','{"looks":2,"session":"cs_test_0000000004"}','watch:cs_test_0000000004','waiting','2026-11-23T12:08:00.000000+00:00','2026-11-23T12:04:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(89,'publish','{"offer":"p585g2jwh4"}','offer:p585g2jwh4','waiting','2026-11-23T12:06:01.000000+00:00','2026-11-23T12:05:00.000000+00:00',2,0,'it waits');
INSERT INTO "jobs" VALUES(91,'seal','{"attachment":"gcvvdnqrvnbdxb24","offer":"stfw99hrsw"}','offer:stfw99hrsw','waiting','2026-11-23T12:06:00.500000+00:00','2026-11-23T12:06:00.000000+00:00',1,0,'it waits');
INSERT INTO "jobs" VALUES(95,'sweep_upload','{"upload":"3n3t0v0wpx9w52x3"}','upload:3n3t0v0wpx9w52x3','waiting','2026-11-24T12:06:00.000000+00:00','2026-11-23T12:06:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(96,'handle_event','{"event":{"content":{"body":" * is preparing a paid message","io.github.matrix_ppv.gate":{"name":"two"},"m.new_content":{"body":"is preparing a paid message","msgtype":"m.text"},"m.relates_to":{"event_id":"$bot-has-joined","rel_type":"m.replace"},"msgtype":"m.text"},"event_id":"$event32","origin_server_ts":1795435620000,"room_id":"!lounge:test","sender":"@alice:test","type":"m.room.message"}}','room:!lounge:test','waiting','2026-11-23T12:07:00.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(97,'settle','{"account":null,"session":"cs_test_0000000004","source":"webhook"}','checkout:cs_test_0000000004','waiting','2026-11-23T12:07:00.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(98,'read_later','{"event":{"content":{"algorithm":"m.megolm.v1.aes-sha2","ciphertext":{"content":{"body":"!ppv help","m.mentions":{},"msgtype":"m.text"},"type":"m.room.message"},"session_id":"s1"},"event_id":"$event33","origin_server_ts":1795435620000,"room_id":"!studio:test","sender":"@alice:test","type":"m.room.encrypted"},"heard_at":"2026-11-23T12:07:00+00:00"}','key:s1:$event33','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(99,'tell_key_missing','{"event":"$unread","room":"!studio:test","session":"s1"}','missing:s1','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(100,'bring_up_to_date','{"arrival":"$arrival","room":"!direct3:test"}','up to date !direct3:test','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(101,'stop_listening','{"offer":"7qdaz7fsnb"}','listening:7qdaz7fsnb','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(102,'preview','{"cause":"$preview","offer":"khp86gj84e","room":"!studio:test"}','offer:khp86gj84e','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(103,'show_draft','{"offer":"khp86gj84e"}','draft:khp86gj84e','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(104,'show_anew','{"offer":"7qdaz7fsnb"}','offer:7qdaz7fsnb','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(105,'refresh_shop','{"room":"!lounge:test"}','shop:!lounge:test','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(106,'sweep_blobs','{}','blobs','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(107,'give_notice','{"mark":"mark","offer":"rqx6sjw38q"}','notice:rqx6sjw38q','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(108,'write_to_asker','{"hour":"2026-11-23T12:07:00+00:00","offer":"7qdaz7fsnb","who":"@bob:test"}','asker:@bob:test','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(109,'settle','{"account":null,"session":"cs_test_0000000002","source":"webhook"}','checkout:cs_test_0000000002','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(110,'watch','{"looks":0,"session":"cs_test_0000000002"}','watch:cs_test_0000000002','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(111,'settle_payment','{"account":null,"again":false,"intent":"pi_cs_test_0000000001","source":"webhook"}','payment:pi_cs_test_0000000001','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(112,'call_in','{"session":"cs_test_0000000003"}','checkout:cs_test_0000000003','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(113,'call_in_all','{"offer":"7qdaz7fsnb"}','checkouts:7qdaz7fsnb','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(114,'send_back','{"cause":"$please","intent":"pi_cs_test_0000000001","key":"refund:$please","minor":null,"note":"","purchase":"p4znm1n9620dgepwzw1ftewzy","reason":"requested_by_customer","room":"!studio:test"}','refund:pi_cs_test_0000000001','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(115,'tell_person','{"key":"$decided","user":"@bob:test","words":{"say":"It is on sale again.","with":{}}}','person:@bob:test','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(116,'write_to_reporter','{"report":"byletter","what":"received"}','report:byletter','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(117,'part','{"cause":"$bye","room":"!parted:test"}','part:!parted:test','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(118,'deliver','{"buyer":"@bob:test","purchase":"ptz1ysjd51dc58jjq607ja582","round":1}','buyer:@bob:test ','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(119,'take_back','{"buyer":"@frank:test","purchase":"p4znm1n9620dgepwzw1ftewzy"}','buyer:@frank:test ','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(120,'tell_seller','{"about":"pi_cs_test_0000000000","news":"sold","purchase":"ptz1ysjd51dc58jjq607ja582","words":""}','sale:ptz1ysjd51dc58jjq607ja582','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(121,'tell_buyer','{"about":"pi_cs_test_0000000000","news":"dispute_won","purchase":"ptz1ysjd51dc58jjq607ja582"}','money:ptz1ysjd51dc58jjq607ja582','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(122,'show_goods','{"cause":"$goods","offer":"7qdaz7fsnb","room":"!studio:test"}','offer:7qdaz7fsnb','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(123,'alert_admins','{"key":"key","words":"Please look."}','alert:key','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(124,'alert_admins','{"key":"running","words":"It was cut off."}','alert:running','running','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',1,0,NULL);
INSERT INTO "jobs" VALUES(125,'alert_admins','{"key":"dead","words":"It was laid aside."}','alert:dead','dead','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
INSERT INTO "jobs" VALUES(126,'rewrap_keys','{}','keys','waiting','2026-11-23T12:07:30.000000+00:00','2026-11-23T12:07:00.000000+00:00',0,0,NULL);
CREATE TABLE languages (
    user_id TEXT PRIMARY KEY,
    code TEXT NOT NULL
) STRICT;
INSERT INTO "languages" VALUES('@bob:test','de');
CREATE TABLE ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    movement TEXT NOT NULL,
    reference TEXT NOT NULL,
    purchase TEXT NOT NULL,
    offer TEXT NOT NULL,
    seller TEXT NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    happened_at TEXT NOT NULL,
    UNIQUE (movement, reference)
) STRICT;
INSERT INTO "ledger" VALUES(1,'paid','pi_cs_test_0000000000','ptz1ysjd51dc58jjq607ja582','7qdaz7fsnb','@alice:test',500,'usd','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "ledger" VALUES(2,'paid','pi_cs_test_0000000001','p4znm1n9620dgepwzw1ftewzy','7qdaz7fsnb','@alice:test',500,'usd','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "ledger" VALUES(3,'paid','pi_cs_test_0000000005','p1hx775kw4xzncym0xt2scf9q','7qdaz7fsnb','@alice:test',500,'usd','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "ledger" VALUES(4,'paid','pi_cs_test_0000000006','pke0bb2sss4kky57135zf8wtm','rqx6sjw38q','@alice:test',600,'usd','2026-11-23T12:01:00.000000+00:00');
CREATE TABLE listings (
    offer TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    room TEXT NOT NULL,
    placeholder TEXT,
    teaser TEXT,
    finished INTEGER NOT NULL,
    PRIMARY KEY (offer, room),
    UNIQUE (offer, position)
) STRICT;
INSERT INTO "listings" VALUES('7qdaz7fsnb',0,'!lounge:test','$sent5','$sent4',1);
INSERT INTO "listings" VALUES('rqx6sjw38q',0,'!lounge:test','$sent34','$sent33',1);
INSERT INTO "listings" VALUES('p585g2jwh4',0,'!lounge:test',NULL,NULL,0);
CREATE TABLE media_copies (
    name TEXT PRIMARY KEY,
    url TEXT NOT NULL
) STRICT;
INSERT INTO "media_copies" VALUES('teaser:4w68qry7e02977m1','mxc://test/1');
INSERT INTO "media_copies" VALUES('fa6386685e3181ecde1e6d8511fb1074','mxc://test/2');
INSERT INTO "media_copies" VALUES('55106b95b6ecf9176a281b0fd635dcfe','mxc://test/3');
INSERT INTO "media_copies" VALUES('teaser:a3spkfymg8kbphz8','mxc://test/6');
INSERT INTO "media_copies" VALUES('52fb8d59278bcff1a85e9873849e5406','mxc://test/7');
INSERT INTO "media_copies" VALUES('a7e339ecb72b636f303b1fce8937c572','mxc://test/8');
CREATE TABLE notes (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
INSERT INTO "notes" VALUES('payment events','2026-11-23T11:55:00+00:00');
INSERT INTO "notes" VALUES('fingerprint key','{"kek": "memory", "nonce": "64ccf8cd40976f715c2c2ce7", "ciphertext": "edf599c19ef46011392d456b25838314d554d1d524d5eae1a554b29636e144013606e873e3a0126f0706a24ef25c22a815faa08494923dc7ed4a451472e8f8f4"}');
INSERT INTO "notes" VALUES('kept shop: !lounge:test','$sent8');
INSERT INTO "notes" VALUES('opening a direct room: @bob:test','done');
INSERT INTO "notes" VALUES('opening a direct room: @frank:test','done');
INSERT INTO "notes" VALUES('opening a direct room: @carol:test','done');
INSERT INTO "notes" VALUES('opening a direct room: @greta:test','done');
INSERT INTO "notes" VALUES('opening a direct room: @emil:test','done');
INSERT INTO "notes" VALUES('opening a direct room: @heidi:test','done');
INSERT INTO "notes" VALUES('alert: report:rxbpwy5j70r','told');
INSERT INTO "notes" VALUES('own data: @bob:test','2026-11-23T12:00:00+00:00 $event14');
INSERT INTO "notes" VALUES('opening a direct room: @dave:test','done');
INSERT INTO "notes" VALUES('forget-me: @dave:test','2026-11-23T12:00:00+00:00');
INSERT INTO "notes" VALUES('stranger: @stranger:elsewhere','told');
INSERT INTO "notes" VALUES('wish to give back pi_cs_test_0000000006','$wish');
INSERT INTO "notes" VALUES('time zone: @alice:test','Europe/Berlin');
INSERT INTO "notes" VALUES('card khp86gj84e','2026-11-23T12:02:00+00:00');
INSERT INTO "notes" VALUES('idle rqx6sjw38q','withdrawn-7 2026-11-23T12:07:00+00:00 -');
INSERT INTO "notes" VALUES('idle mp9drec8y3','draft-9 2026-11-23T12:07:00+00:00 2026-11-23T12:07:00+00:00');
INSERT INTO "notes" VALUES('idle rqx6sjw38q told 2026-11-23T12:07:00+00:00: @bob:test','told');
INSERT INTO "notes" VALUES('under way p585g2jwh4 347bvn283dyre8cc','begun');
INSERT INTO "notes" VALUES('under way stfw99hrsw 347bvn283dyre8cc','!studio:test $told 2026-11-23T12:07:00+00:00');
INSERT INTO "notes" VALUES('opening a direct room: @ida:test','begun');
INSERT INTO "notes" VALUES('sealing stfw99hrsw','gcvvdnqrvnbdxb24 40');
INSERT INTO "notes" VALUES('swept up to','s42');
CREATE TABLE offers (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    seller TEXT NOT NULL,
    workshop TEXT NOT NULL,
    created_at TEXT NOT NULL,
    text TEXT NOT NULL,
    price INTEGER,
    currency TEXT,
    state TEXT NOT NULL,
    flag TEXT,
    card TEXT, plan TEXT, public INTEGER NOT NULL DEFAULT 0,
    CHECK ((price IS NULL) = (currency IS NULL))
) STRICT;
INSERT INTO "offers" VALUES('7qdaz7fsnb',8,'@alice:test','!studio:test','2026-11-23T12:00:00.000000+00:00','Sunset',500,'usd','open',NULL,'$sent3',NULL,0);
INSERT INTO "offers" VALUES('rqx6sjw38q',9,'@alice:test','!studio:test','2026-11-23T12:01:00.000000+00:00','Quay',600,'usd','withdrawn',NULL,'$sent32',NULL,0);
INSERT INTO "offers" VALUES('khp86gj84e',6,'@alice:test','!studio:test','2026-11-23T12:02:00.000000+00:00','Dawn',700,'usd','draft',NULL,'$sent47','{"at":"2026-12-01T17:00:00.000000+00:00","rooms":["!lounge:test"],"zone":"Europe/Berlin"}',0);
INSERT INTO "offers" VALUES('p585g2jwh4',6,'@alice:test','!studio:test','2026-11-23T12:04:00.000000+00:00','Mole',900,'usd','publishing',NULL,'$sent50',NULL,0);
INSERT INTO "offers" VALUES('stfw99hrsw',4,'@alice:test','!studio:test','2026-11-23T12:06:00.000000+00:00','Pier',1000,'usd','draft',NULL,'$sent52',NULL,0);
INSERT INTO "offers" VALUES('mp9drec8y3',1,'@alice:test','!studio:test','2026-11-23T12:06:00.000000+00:00','',NULL,NULL,'draft',NULL,NULL,NULL,0);
CREATE TABLE payments (
    payment_intent TEXT PRIMARY KEY,
    purchase TEXT NOT NULL REFERENCES purchases (id),
    session TEXT NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    paid_at TEXT NOT NULL
, number INTEGER NOT NULL DEFAULT 1, charge TEXT, tax INTEGER NOT NULL DEFAULT 0, duplicate INTEGER NOT NULL DEFAULT 0, warned INTEGER NOT NULL DEFAULT 0, fee TEXT, refunds TEXT NOT NULL DEFAULT '[]', disputes TEXT NOT NULL DEFAULT '[]', consent TEXT) STRICT;
INSERT INTO "payments" VALUES('pi_cs_test_0000000000','ptz1ysjd51dc58jjq607ja582','cs_test_0000000000',500,'usd','2026-11-23T12:00:00.000000+00:00',1,'ch_cs_test_0000000000',0,0,0,NULL,'[]','[]',NULL);
INSERT INTO "payments" VALUES('pi_cs_test_0000000001','p4znm1n9620dgepwzw1ftewzy','cs_test_0000000001',500,'usd','2026-11-23T12:00:00.000000+00:00',1,'ch_cs_test_0000000001',0,0,0,NULL,'[]','[]',NULL);
INSERT INTO "payments" VALUES('pi_cs_test_0000000005','p1hx775kw4xzncym0xt2scf9q','cs_test_0000000005',500,'usd','2026-11-23T12:00:00.000000+00:00',1,'ch_cs_test_0000000005',0,0,0,NULL,'[]','[]',NULL);
INSERT INTO "payments" VALUES('pi_cs_test_0000000006','pke0bb2sss4kky57135zf8wtm','cs_test_0000000006',600,'usd','2026-11-23T12:01:00.000000+00:00',1,'ch_cs_test_0000000006',0,0,0,NULL,'[]','[]',NULL);
CREATE TABLE purchases (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    offer TEXT NOT NULL REFERENCES offers (id),
    buyer TEXT NOT NULL,
    link TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL, given_at TEXT,
    UNIQUE (offer, buyer)
) STRICT;
INSERT INTO "purchases" VALUES('ptz1ysjd51dc58jjq607ja582',6,'7qdaz7fsnb','@bob:test','pOUY8c31tkxdMc8CYuHi99zT','2026-11-23T12:00:00.000000+00:00',NULL);
INSERT INTO "purchases" VALUES('p4znm1n9620dgepwzw1ftewzy',6,'7qdaz7fsnb','@frank:test','NvRd4rPKWlRpZQm_hqqHe-01','2026-11-23T12:00:00.000000+00:00',NULL);
INSERT INTO "purchases" VALUES('p49yjj9j4mrhep7zgne73h4n4',3,'7qdaz7fsnb','@carol:test','0L_rDLy-0UBGmbtspYsc94DQ','2026-11-23T12:00:00.000000+00:00',NULL);
INSERT INTO "purchases" VALUES('pm1pcdvs8pg36vc7y7wz4fsmc',3,'7qdaz7fsnb','@greta:test','d0SqcLEsXxGGulntEV3KLFyu','2026-11-23T12:00:00.000000+00:00',NULL);
INSERT INTO "purchases" VALUES('phtdwkf1ezqas0d4fjkv4n8sh',3,'7qdaz7fsnb','@emil:test','Wr8WDfKfY58KwUb3WHiSLVuc','2026-11-23T12:00:00.000000+00:00',NULL);
INSERT INTO "purchases" VALUES('p1hx775kw4xzncym0xt2scf9q',5,'7qdaz7fsnb','@heidi:test','AUv5hPnAgxaOj05GmBdYADys','2026-11-23T12:00:00.000000+00:00',NULL);
INSERT INTO "purchases" VALUES('p5k2dpgsmwx4bdffj9gp2fk70',1,'7qdaz7fsnb','@dave:test','MLI3UmDU7GDlLnpBizig9Zqp','2026-11-23T12:00:00.000000+00:00',NULL);
INSERT INTO "purchases" VALUES('pke0bb2sss4kky57135zf8wtm',6,'rqx6sjw38q','@bob:test','epz6k-lN1WFzhJhTQhZaocWU','2026-11-23T12:01:00.000000+00:00',NULL);
CREATE TABLE reports (
    id TEXT PRIMARY KEY,
    offer TEXT NOT NULL REFERENCES offers (id),
    ground TEXT NOT NULL,
    words TEXT NOT NULL,
    made_at TEXT NOT NULL,
    reporter TEXT,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    outcome TEXT,
    reasons TEXT NOT NULL,
    decided_at TEXT,
    CHECK ((outcome IS NULL) = (decided_at IS NULL))
) STRICT;
INSERT INTO "reports" VALUES('rxbpwy5j70r','7qdaz7fsnb','other','it is not a harbour','2026-11-23T12:00:00.000000+00:00','@bob:test','','',NULL,'',NULL);
INSERT INTO "reports" VALUES('byletter','7qdaz7fsnb','other','mine','2026-11-23T12:07:00.000000+00:00',NULL,'Ida','ida@example.org',NULL,'',NULL);
CREATE TABLE schema_versions (
    version INTEGER PRIMARY KEY,
    applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) STRICT;
INSERT INTO "schema_versions" VALUES(1,'2026-11-30 20:39:14');
INSERT INTO "schema_versions" VALUES(2,'2026-11-30 20:39:14');
INSERT INTO "schema_versions" VALUES(3,'2026-11-30 20:39:14');
INSERT INTO "schema_versions" VALUES(4,'2026-11-30 20:39:15');
INSERT INTO "schema_versions" VALUES(5,'2026-11-30 20:39:15');
INSERT INTO "schema_versions" VALUES(6,'2026-11-30 20:39:15');
INSERT INTO "schema_versions" VALUES(7,'2026-11-30 20:39:15');
INSERT INTO "schema_versions" VALUES(8,'2026-11-30 20:39:15');
INSERT INTO "schema_versions" VALUES(9,'2026-11-30 20:39:15');
INSERT INTO "schema_versions" VALUES(10,'2026-11-30 20:39:15');
INSERT INTO "schema_versions" VALUES(11,'2026-11-30 20:39:15');
INSERT INTO "schema_versions" VALUES(12,'2026-11-30 20:39:15');
INSERT INTO "schema_versions" VALUES(13,'2026-11-30 20:39:15');
INSERT INTO "schema_versions" VALUES(14,'2026-11-30 20:39:15');
INSERT INTO "schema_versions" VALUES(15,'2026-11-30 20:39:15');
INSERT INTO "schema_versions" VALUES(16,'2026-11-30 20:39:15');
INSERT INTO "schema_versions" VALUES(17,'2026-11-30 20:39:15');
INSERT INTO "schema_versions" VALUES(18,'2026-11-30 20:39:15');
INSERT INTO "schema_versions" VALUES(19,'2026-11-30 20:39:15');
INSERT INTO "schema_versions" VALUES(20,'2026-11-30 20:39:15');
INSERT INTO "schema_versions" VALUES(21,'2026-11-30 20:39:15');
INSERT INTO "schema_versions" VALUES(22,'2026-11-30 20:39:15');
CREATE TABLE sealed (
    offer TEXT NOT NULL,
    attachment TEXT NOT NULL,
    part TEXT NOT NULL CHECK (part IN ('content', 'thumbnail')),
    blob TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    size INTEGER NOT NULL,
    kek TEXT NOT NULL,
    nonce BLOB NOT NULL,
    wrapped_key BLOB NOT NULL, fingerprint BLOB,
    PRIMARY KEY (offer, attachment, part),
    FOREIGN KEY (offer, attachment) REFERENCES attachments (offer, id) ON DELETE CASCADE
) STRICT;
INSERT INTO "sealed" VALUES('7qdaz7fsnb','4w68qry7e02977m1','content','fa6386685e3181ecde1e6d8511fb1074',X'B896961DF6A6E0E6333C2C5D57B7C7437536CA18D9E3C2D81DC525FB3DB70CA0',29,'memory',X'6CBE6DFD1BBAEF86CDED5E22',X'18C37F4C6206B0F2DC14504C1A08277C89C056FB95473AC3A824FFDAC94E27CF58ABE416819B2B11637FB3D4F2AFD98A693718C662087DECB8AAC16927A1CA8E',X'7F02AE162C96E63EC24BB276AC2622EACA6B6A9D1222378A0B81BC1DAC9922FB');
INSERT INTO "sealed" VALUES('7qdaz7fsnb','4w68qry7e02977m1','thumbnail','55106b95b6ecf9176a281b0fd635dcfe',X'A03B1F00B9D4F244DF2806A1A5154AB803FF541CAD2C07CCBB1F0B70A8D246A2',45,'memory',X'FDFCAD49469C58A1EB86112C',X'4EDED90068FC3B57B021F099A0723390B8C0B29E60BC492193928CCEEC8700B57F135AC62296DA08737355A2424D6A471F81FC810798DAD248447140BED0744B',NULL);
INSERT INTO "sealed" VALUES('rqx6sjw38q','a3spkfymg8kbphz8','content','52fb8d59278bcff1a85e9873849e5406',X'8FCC11F8F9F3D0EA3F22D010A32360403F6385139D5CCB7BF72B8C859C295677',30,'memory',X'01B3D0055F0B32CA4D08BB46',X'874055904E8626CC7E7A7F14E91EB95EC1ABEC88E2A322B21B5627E46F71DDB42721DED61800B7D087F909230FAE68DC74BBD5B6E3D38FF9C3BFBE75FE90CC6B',X'4957A0A322C3ACD83B37FCCE14A564AE305BA97CCA14B728E1A01C8A1E92A4C9');
INSERT INTO "sealed" VALUES('rqx6sjw38q','a3spkfymg8kbphz8','thumbnail','a7e339ecb72b636f303b1fce8937c572',X'8742F1B73640FEA4754B0E31F9D5EC4122B415CE2C077F775B7AD925802E05EA',45,'memory',X'C84ADE25F901B98F78C4D574',X'22EA05C5EF10EADDE5E7A8059337D1AC75FCBE7AB0CF2405C4462CD0F2B75484ABE3CE733B1083D90F2AA3928EC45284A8FD87003CEC206788AAF65AC620AA2E',NULL);
INSERT INTO "sealed" VALUES('khp86gj84e','43ggzegnmzeprrjh','content','c42846166e430862ac2b222d536631ab',X'F604D6540741A793FC19A7AE8828834FE7D4C39F0A22854BE246BE231F0F9200',30,'memory',X'92075ED18A25348F48AD7E95',X'ADEE6C64886F56B8E401DF64712AB9FA40C8A69C73395E2A7D8FF3F3651A683954618FF84DE56139DB5ECC784AB26674FC8250A851DC20403C5FBA022318D782',X'CF097DB8FB7B20EED8DC1157124C7B3CD6A1CF2A1378B4851E754FA90756E6C7');
INSERT INTO "sealed" VALUES('khp86gj84e','43ggzegnmzeprrjh','thumbnail','f1baa33211d4d35d3049f5d7d11fe084',X'07F30EBA457BD82E3F427645F596022BD7859971F80082DBA2E7F3709AC47862',45,'memory',X'DE3C78E7A7F22CD77725D290',X'64370141588D49C77D3A95BA47DDFBDF899381A1A71BA397A0B15A986C5F1D2C48B86AD9FCA60D588F5ACBFE41594A63729CAF8B529B01483B71669D4E0FB43A',NULL);
INSERT INTO "sealed" VALUES('p585g2jwh4','pjr2ky1gsd95xdyt','content','afe09bcbbcb31d80107953811ef93d1c',X'DC5EA179FA0D787A7DA1965E9A3E25FD7F465B2F05642E67D6C35681AEA7126F',30,'memory',X'A20E0255F2D55EEEEDB4CC5A',X'9B049942D47CFCB867EFAE576742A4DF1F7723936554A64C76319A4B12CD782FD60BFEF71138C5B059272CF2627A1671F7EE835FADAFF8494038D7C11D42306F',X'CCC3A0C0A4A417C686D4FD6D058BB932498045D55385E610A0F4DA863CEFA67C');
INSERT INTO "sealed" VALUES('p585g2jwh4','pjr2ky1gsd95xdyt','thumbnail','a96bc55a71d5a1470a36f35fbc4e7c02',X'35DDA77AF60A8BD29CFACE49A7E052CE00B3CAD6929B1F7C5604C54D9699A378',45,'memory',X'A3DE22DE0E1D542323FEC734',X'73E8E58CA812A8C272634E7BF16677970B0625482CE082921F19EAB2E2937A73E3D7775F447265F6B692C8AE4BD21E5DDF6A9A51F419CB424D91D0C826326CC9',NULL);
CREATE TABLE seller_accounts (
    seller TEXT PRIMARY KEY,
    account TEXT NOT NULL UNIQUE,
    ready INTEGER NOT NULL
) STRICT;
INSERT INTO "seller_accounts" VALUES('@dora:test','acct_dora',1);
CREATE TABLE sign_in_links (
    id TEXT PRIMARY KEY,
    who TEXT NOT NULL,
    place TEXT NOT NULL,
    made_at TEXT NOT NULL
) STRICT;
INSERT INTO "sign_in_links" VALUES('l','@bob:test','library','2026-11-23T12:07:00.000000+00:00');
CREATE TABLE sign_ins (
    id TEXT PRIMARY KEY,
    who TEXT NOT NULL,
    began_at TEXT NOT NULL
) STRICT;
INSERT INTO "sign_ins" VALUES('s','@bob:test','2026-11-23T12:07:00.000000+00:00');
CREATE TABLE storefronts (
    seller TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    about TEXT NOT NULL,
    open INTEGER NOT NULL
) STRICT;
INSERT INTO "storefronts" VALUES('@alice:test','alice','Harbours',1);
CREATE TABLE upload_parts (
    upload TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    size INTEGER NOT NULL,
    blob TEXT NOT NULL,
    PRIMARY KEY (upload, start)
) STRICT;
INSERT INTO "upload_parts" VALUES('3n3t0v0wpx9w52x3',0,400,'35e1583ce60561af5ab9d69e1e67f173');
CREATE TABLE uploads (
    id TEXT PRIMARY KEY,
    offer TEXT NOT NULL REFERENCES offers (id) ON DELETE CASCADE,
    seller TEXT NOT NULL,
    name TEXT NOT NULL,
    size INTEGER NOT NULL,
    info TEXT NOT NULL,
    kek TEXT NOT NULL,
    nonce BLOB NOT NULL,
    wrapped_key BLOB NOT NULL,
    heard_at TEXT NOT NULL,
    arrived INTEGER NOT NULL,
    poster TEXT
) STRICT;
INSERT INTO "uploads" VALUES('3n3t0v0wpx9w52x3','mp9drec8y3','@alice:test','film.webm',1000,'{"duration_ms":null,"height":null,"mimetype":"video/webm","size":1000,"width":null}','memory',X'AB3141C66AC1F567C72B8B58',X'16B75A740A9EE7DF6A55989A070572C1134C8FD9993F69935061414745EDD6033454250C4A2EF40EB25F111C950896428C0E031FB06C0AB03661C7058D905890','2026-11-23T12:06:00.000000+00:00',400,NULL);
CREATE TABLE visits (
    offer TEXT NOT NULL,
    what TEXT NOT NULL,
    purchase TEXT NOT NULL,
    minute TEXT NOT NULL,
    visited_at TEXT NOT NULL,
    PRIMARY KEY (offer, what, purchase, minute)
) STRICT;
INSERT INTO "visits" VALUES('7qdaz7fsnb','checkout','ptz1ysjd51dc58jjq607ja582','2026-11-23T12:00','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "visits" VALUES('7qdaz7fsnb','checkout','p4znm1n9620dgepwzw1ftewzy','2026-11-23T12:00','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "visits" VALUES('7qdaz7fsnb','checkout','p49yjj9j4mrhep7zgne73h4n4','2026-11-23T12:00','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "visits" VALUES('7qdaz7fsnb','checkout','pm1pcdvs8pg36vc7y7wz4fsmc','2026-11-23T12:00','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "visits" VALUES('7qdaz7fsnb','checkout','phtdwkf1ezqas0d4fjkv4n8sh','2026-11-23T12:00','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "visits" VALUES('7qdaz7fsnb','checkout','p1hx775kw4xzncym0xt2scf9q','2026-11-23T12:00','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "visits" VALUES('7qdaz7fsnb','personal page','ptz1ysjd51dc58jjq607ja582','2026-11-23T12:00','2026-11-23T12:00:00.000000+00:00');
INSERT INTO "visits" VALUES('rqx6sjw38q','checkout','pke0bb2sss4kky57135zf8wtm','2026-11-23T12:01','2026-11-23T12:01:00.000000+00:00');
CREATE TABLE widgets (
    id TEXT PRIMARY KEY,
    who TEXT NOT NULL,
    room TEXT NOT NULL UNIQUE,
    made_at TEXT NOT NULL
) STRICT;
INSERT INTO "widgets" VALUES('w','@alice:test','!studio:test','2026-11-23T12:07:00.000000+00:00');
CREATE INDEX drafts ON offers (workshop, seller, created_at) WHERE state = 'draft';
CREATE INDEX listings_by_placeholder ON listings (placeholder);
CREATE INDEX listings_by_teaser ON listings (teaser);
CREATE INDEX purchases_by_buyer ON purchases (buyer);
CREATE INDEX jobs_by_lane ON jobs (lane, id);
CREATE INDEX jobs_by_time ON jobs (due_at, id) WHERE state <> 'dead';
CREATE VIEW lane_heads AS
SELECT job.* FROM jobs AS job
WHERE job.state <> 'dead' AND NOT EXISTS (
    SELECT 1 FROM jobs AS earlier
    WHERE earlier.lane = job.lane AND earlier.id < job.id AND earlier.state <> 'dead'
);
CREATE INDEX direct_rooms_by_user ON direct_rooms (user_id, id);
CREATE INDEX payments_by_purchase ON payments (purchase);
CREATE INDEX attempts_by_state ON attempts (state) WHERE state IN ('open', 'processing');
CREATE INDEX ledger_by_seller ON ledger (seller, happened_at);
CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE TRIGGER ledger_is_never_cut BEFORE DELETE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE INDEX visits_by_purchase ON visits (purchase, visited_at) WHERE purchase <> '';
CREATE INDEX visits_by_time ON visits (visited_at);
CREATE INDEX offers_by_seller ON offers (seller, created_at);
CREATE INDEX claims_by_purchase ON claims (purchase);
CREATE INDEX listings_by_room ON listings (room);
CREATE INDEX deliveries_by_time ON deliveries (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX admin_acts_by_time ON admin_acts (done_at);
CREATE TRIGGER admin_acts_are_never_changed BEFORE UPDATE ON admin_acts
BEGIN
    SELECT RAISE(ABORT, 'what admins did is append-only');
END;
CREATE TRIGGER admin_acts_are_never_cut BEFORE DELETE ON admin_acts
BEGIN
    SELECT RAISE(ABORT, 'what admins did is append-only');
END;
CREATE INDEX reports_to_decide ON reports (offer) WHERE outcome IS NULL;
CREATE INDEX attempts_counted ON attempts (state, session);
CREATE INDEX deliveries_pending ON deliveries (purchase) WHERE done_at IS NULL;
CREATE INDEX sealed_counted ON sealed (kek, size);
CREATE INDEX sealed_by_fingerprint ON sealed (fingerprint) WHERE fingerprint IS NOT NULL;
CREATE INDEX uploads_by_offer ON uploads (offer);
CREATE INDEX uploads_by_seller ON uploads (seller);
CREATE INDEX upload_parts_by_blob ON upload_parts (blob);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('ledger',4);
INSERT INTO "sqlite_sequence" VALUES('jobs',126);
INSERT INTO "sqlite_sequence" VALUES('direct_rooms',8);
INSERT INTO "sqlite_sequence" VALUES('admin_acts',1);
COMMIT;
