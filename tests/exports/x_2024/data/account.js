window.YTD.account.part0 = [
 {
  "account": {
   "email": "office@cafe.example",
   "createdVia": "web",
   "username": "cafe_moewe",
   "accountId": "900",
   "createdAt": "2019-03-01T09:00:00.000Z",
   "accountDisplayName": "Caf\u00e9 M\u00f6we"
  }
 }
]