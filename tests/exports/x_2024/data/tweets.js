window.YTD.tweets.part0 = [
 {
  "tweet": {
   "id_str": "501",
   "id": "501",
   "created_at": "Wed Jun 03 10:00:00 +0000 2026",
   "full_text": "Thanks @ann_b and @cid_d!",
   "lang": "en",
   "entities": {
    "hashtags": [],
    "user_mentions": [
     {
      "name": "Ann B",
      "screen_name": "ann_b",
      "id_str": "22",
      "id": "22",
      "indices": [
       "0",
       "4"
      ]
     },
     {
      "name": "Cid D",
      "screen_name": "cid_d",
      "id_str": "33",
      "id": "33",
      "indices": [
       "0",
       "4"
      ]
     }
    ],
    "urls": []
   },
   "favorite_count": "3",
   "retweet_count": "1"
  }
 },
 {
  "tweet": {
   "id_str": "502",
   "id": "502",
   "created_at": "Wed Jun 03 10:00:00 +0000 2026",
   "full_text": "@ann_b indeed",
   "lang": "en",
   "entities": {
    "hashtags": [],
    "user_mentions": [
     {
      "name": "Ann B",
      "screen_name": "ann_b",
      "id_str": "22",
      "id": "22",
      "indices": [
       "0",
       "4"
      ]
     }
    ],
    "urls": []
   },
   "favorite_count": "3",
   "retweet_count": "1",
   "in_reply_to_status_id_str": "499",
   "in_reply_to_user_id_str": "22",
   "in_reply_to_screen_name": "x"
  }
 }
]