// A Bluesky network on loopback: identities (PLC), a server for accounts (PDS), and the AppView that answers readers.
//
// It prints one line of JSON when it is ready, answers "settle" on its input with "settled" once the AppView has seen
// everything that the PDS knows, and ends when its input closes.

import { createInterface } from 'node:readline'
import { TestNetwork, TestNetworkNoAppView } from '@atproto/dev-env'

const full = process.argv[2] === 'full'
const limits = process.argv[2] === 'limited' ? { rateLimitsEnabled: true } : {}
const network = full
  ? await TestNetwork.create({ dbPostgresSchema: 'net' })
  : await TestNetworkNoAppView.create({ pds: limits })

console.log(JSON.stringify({ pds: network.pds.url, appview: full ? network.bsky.url : null }))
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'settle') {
    await network.processAll(120_000)
    console.log('settled')
  }
}
await network.close()
process.exit(0)
