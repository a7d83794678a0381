window.YTD.like.part0 = [
 {
  "like": {
   "tweetId": "77",
   "fullText": "coffee",
   "expandedUrl": "https://twitter.com/i/web/status/77"
  }
 }
]